/** Words of the figures' page and of what is kept of a call. */
export const numbersZh = {
  title: "线路、队列与坐席统计", from: "从", to: "到(含)", hours: "最近小时数", interval: "时段", by: "分组", all: "全部",
  today: "不填即今天", csv: "导出 CSV", loading: "正在统计…", figure: "指标", formula: "公式", unit: "单位",
  computed: "截至 {at}", table: "统计表,用左右滚动看全部", none: "这段时间没有数据。", openList: "{name} {value},{key},打开明细",
  whole: "全部", unknown: "不明", mark: "{whose} 要求 {share}",
  intervals: { whole: "整段", "15min": "15 分钟", hour: "小时", day: "日", month: "月" },
  groups: { all: "合计", line: "线路", queue: "队列", skill: "技能", seat: "坐席", agent: "坐席员" },
  chart: { title: "图表", whose: "图中看", counted: "次数", rates: "比率" },
  list: {
    title: "{name} 的明细", total: "共 {n} 条,合计 {amount}", shown: "只列出前 {n} 条,导出可得全部",
    close: "关闭明细", at: "时间", what: "内容", amount: "数值", caller: "来电号码", queue: "队列", seat: "坐席", agent: "坐席员",
    record: "录音与文字", none: "没有明细。", table: "明细表,用左右滚动看全部",
  },
  record: {
    title: "通话录音与文字", back: "返回", none: "这通电话没有录音。", gone: "录音已超过保存期限,或文件不在了。",
    load: "调听录音", loading: "正在读取录音…", audited: "每次调听、查看都记入审计。", play: "播放", pause: "暂停",
    place: "播放位置", wave: "{side}的声波,可点选位置", short: "录音比通话短", words: "双方的话,点选即跳到那一刻",
    noWords: "没有文字。", wordsRefused: "这通电话的文字不在您的范围内。", of: "{now} / {whole}", broken: "录音读不出来。",
    keys: "空格播放或暂停,左右键退进 5 秒", model: "转写模型 {name}", hint: "选一句话,声音就从那里开始。",
  },
}

export const numbersEn: typeof numbersZh = {
  title: "Figures of lines, queues and seats", from: "From", to: "To (included)", hours: "Last hours",
  interval: "Interval", by: "Grouped by", all: "All", today: "empty: today", csv: "Export as CSV", loading: "Counting…",
  figure: "Figure", formula: "Formula", unit: "Unit", computed: "as of {at}", table: "Figures; scrolls sideways",
  none: "Nothing in this period.", openList: "{name} {value}, {key}, open the list", whole: "all", unknown: "unknown",
  mark: "{whose} asks for {share}",
  intervals: { whole: "as a whole", "15min": "15 minutes", hour: "hour", day: "day", month: "month" },
  groups: { all: "total", line: "line", queue: "queue", skill: "skill", seat: "seat", agent: "agent" },
  chart: { title: "Charts", whose: "In the chart", counted: "Counted", rates: "Rates" },
  list: {
    title: "Behind “{name}”", total: "{n} rows, {amount} in all", shown: "Only the first {n}; the export has all",
    close: "Close the list", at: "Time", what: "What", amount: "Amount", caller: "Caller", queue: "Queue", seat: "Seat",
    agent: "Agent", record: "Recording and words", none: "Nothing behind it.", table: "List; scrolls sideways",
  },
  record: {
    title: "Recording and words of a call", back: "Back", none: "This call has no recording.",
    gone: "The recording's term is over, or its file is gone.", load: "Hear the recording", loading: "Reading the recording…",
    audited: "Each hearing and reading stands in the audit.", play: "Play", pause: "Pause", place: "Place",
    wave: "Waveform of the {side}; press to go there", short: "shorter than the talk",
    words: "What was said; choose a line to hear it", noWords: "No words.",
    wordsRefused: "The words of this call are not yours to see.", of: "{now} of {whole}", broken: "The recording cannot be read.",
    keys: "Space plays and pauses, left and right go 5 s", model: "Recognised by {name}", hint: "Choose a line and it plays from there.",
  },
}
