/** What the page says, in Chinese and English; and how it says times and codes. */

const ZH = {
  title: "热线实时看板", skip: "跳到当前通话", language: "English",
  live: "实时", connecting: "连接中", lost: "已断开,正在重连",
  lineUp: "话路正常", lineDown: "话路中断", lineUnknown: "话路未知",
  demoModel: "演示模型:仅识别合成语音", noModel: "未装语音模型", parked: "待处理故障",
  "12345": "政务服务", "110": "报警",
  waiting: "等待", longest: "最长", talkingNow: "通话", seats: "坐席", noSeats: "暂无坐席状态",
  calls: "来电", noCalls: "暂无来电", callbacks: "回拨任务", tickets: "工单",
  noCallbacks: "暂无任务", noTickets: "暂无工单", attempt: "第 {n} 次",
  follow: "跟随最新", following: "正在跟随最新来电",
  nobody: "等待第一通来电", nobodyHint: "有人拨打 12345 或 110 时,双方的话会逐字出现在这里。",
  waitingList: "正在等待", noWaiting: "无人等待", reached: "已联系上", kept: "保留位置",
  abandonedList: "放弃(24 小时)", noAbandoned: "无人放弃", unknownWait: "不明",
  wall: {
    within_15today: "15 秒接通 今日", within_15hour: "近 1 小时", connected_rateday: "24 小时接通率",
    abandonedtoday: "今日放弃",
  },
  agents: "坐席员", noAgents: "无人签入", agentColumns: ["姓名", "状态", "时长", "坐席", "接听"],
  agentState: {
    unknown: "未知", phone_lost: "话机离线", ringing: "振铃", talking: "通话中", ready: "空闲",
    paused: "小休", wrap_up: "话后", leaving: "待签出",
  },
  pauseReason: { no_answer: "未接" }, occupied: "今日占用率 {share}",
  messages: "通知", allSeats: "全部坐席",
  mended: "对账修正", subject: {
    call: "通话", seat: "坐席", membership: "队列成员", pause: "小休", phone: "话机",
  },
  mendedSide: {
    ours: "本系统 {ours} 改为 {asterisks}", asterisk: "Asterisk {asterisks} 改为 {ours}",
  },
  hidden: "未显示号码", citizen: "市民", seat: "坐席",
  waited: "等待 {s}", talked: "通话 {s}", ringingAt: "正在振铃", with: "接听",
  heard: "已识别的对话", noWords: "尚无对话", speaking: "正在说",
  recordings: "录音", complete: "完整", short: "不完整", transcript: "转写",
  walk: "工单七步", noTicket: "尚无工单", ticket: "工单号", undecided: "尚未判定",
  runnerUps: "其他可能", decidedBy: "判定依据", corrected: "人工更正", unit: "承办单位",
  due: "办理期限", left: "剩余 {s}", overdue: "超期 {s}", rating: "回访评价", solved: "已解决",
  unsolved: "未解决", place: "地点", cell: "网格", wholeCounty: "看全县", thisCell: "看网格",
  map: "网格地图", voicemail: "语音留言", noPlace: "尚未定位", skipped: "略过", now: "进行中", reopened: "重办",
  ask: "可以问", forward: "转往", otherPlaces: "其他地点",
  duplicates: "可能重复", isClosed: "已结案,不能并入", ago: "{s}前", points: "{n} 分",
  likeness: {
    same: "同一事项", akin: "相近事项", other: "", metres: "相距 {n} 米", same_cell: "同一网格",
    beside: "相邻网格", within: "同一村镇", same_village: "同一村(社区)", elsewhere: "",
    hours: "相隔 {n} 小时", shared: "共同用词", none: "",
  },
  outcomeOf: {
    needs_110_now: { 12345: "有人身或财产危险:立即转 110", 110: "有人身或财产危险" },
    belongs_to_12345: { 110: "无警情:可转 12345 办理" },
  },
  urgent: "特急", ordinary: "普通", why: {
    abandoned: "排队中放弃", cut: "通话中断", feedback: "结果回访", kept_place: "保留位置",
  },
  state: {
    arrived: "接通中", queued: "排队", ringing: "振铃", talking: "通话中", parted: "告知工单号",
    abandoned: "已放弃", ended: "已结束",
  },
  status: {
    unknown: "未知", idle: "空闲", in_use: "通话中", busy: "忙", invalid: "无效",
    unavailable: "离线", ringing: "振铃", paused: "小休",
  },
  step: {
    draft: "采集中", filed: "已立案", dispatched: "已派遣", returned: "退单待判", handling: "处理中",
    suspended: "挂账", reported: "已反馈", verified: "已核查", closed: "已结案", reopened: "重办",
    declined: "不予受理", merged: "已并单", void: "作废",
  },
  loop: ["信息采集", "案卷建立", "任务派遣", "任务处理", "处理反馈", "核查结案", "综合评价"],
  kind: {},
  ratings: ["", "非常满意", "满意", "一般", "不满意"],
  task: { none: "未安排", due: "待回拨", ringing: "回拨中", done: "已完成", failed: "未接通" },
  outcome: { answered: "已接通", no_answer: "无人接听", failed: "未拨通", settled: "无需回拨" },
  signIn: "登录", openId: "统一认证登录", signOut: "退出", signInTitle: "登录热线系统", name: "账号", password: "密码",
  wrong: "账号或密码不对。", tooMany: "密码错误次数过多,请 {n} 秒后再试。", away: "系统暂时没有应答,请稍后再试。",
  providerGoesOn: "已退出本系统,但统一认证平台仍处于登录状态;多人共用电脑时,请到该平台再退出一次。",
  linkOver: "此链接已用过或已过期,请重新获取,或用账号登录。", changeTitle: "首次登录,请设置自己的密码",
  changeHint: "至少 {n} 个字,不要求大小写或符号;几个互不相干的词最好记。不要用常见密码。",
  oldPassword: "当前密码", newPassword: "新密码", again: "再输一次", differ: "两次输入的新密码不一样。",
  refused: "新密码太短、太常见或与原密码相同,请换一个。", change: "设置密码", noWatch: "您的角色没有“实时看板”这项权限。",
  signedInAs: "已登录",
  units: ["天", "小时", "分", "秒"],
};

const EN = {
  title: "Hotline live board", skip: "Skip to the current call", language: "中文",
  live: "Live", connecting: "Connecting", lost: "Lost, reconnecting",
  lineUp: "Line up", lineDown: "Line down", lineUnknown: "Line unknown",
  demoModel: "Demo model: synthetic voices only", noModel: "No speech model", parked: "parked",
  "12345": "Services", "110": "Police",
  waiting: "waiting", longest: "longest", talkingNow: "talking", seats: "Seats",
  noSeats: "No seats seen yet",
  calls: "Calls", noCalls: "No calls yet", callbacks: "Call-backs", tickets: "Tickets",
  noCallbacks: "None", noTickets: "No tickets yet", attempt: "attempt {n}",
  follow: "Follow newest", following: "Following the newest call",
  nobody: "Waiting for the first call",
  nobodyHint: "When somebody dials 12345 or 110, both speakers' words appear here as they come.",
  waitingList: "Waiting", noWaiting: "Nobody", reached: "reached", kept: "place kept",
  abandonedList: "Gave up (24 h)", noAbandoned: "Nobody", unknownWait: "unknown",
  wall: {
    within_15today: "in 15 s, today", within_15hour: "last hour", connected_rateday: "connected, 24 h",
    abandonedtoday: "gave up today",
  },
  agents: "Agents", noAgents: "Nobody is signed in",
  agentColumns: ["Name", "State", "For", "Seat", "Calls"],
  agentState: {
    unknown: "unknown", phone_lost: "phone lost", ringing: "ringing", talking: "talking",
    ready: "ready", paused: "paused", wrap_up: "wrap-up", leaving: "leaving",
  },
  pauseReason: { no_answer: "no answer" }, occupied: "occupied {share} today",
  messages: "Messages", allSeats: "all seats",
  mended: "Mended", subject: {
    call: "Call", seat: "Seat", membership: "Queue member", pause: "Pause", phone: "Telephone",
  },
  mendedSide: {
    ours: "ours was {ours}, now {asterisks}", asterisk: "Asterisk's was {asterisks}, now {ours}",
  },
  hidden: "Number withheld", citizen: "Citizen", seat: "Seat",
  waited: "waited {s}", talked: "talk {s}", ringingAt: "ringing", with: "answered by",
  heard: "What was said", noWords: "Nothing said yet", speaking: "speaking",
  recordings: "Recordings", complete: "complete", short: "too short", transcript: "transcript",
  walk: "Seven steps of the ticket", noTicket: "No ticket yet", ticket: "Ticket",
  undecided: "Not decided yet",
  runnerUps: "Also likely", decidedBy: "Decided by", corrected: "corrected by a person",
  unit: "Unit", due: "Due", left: "{s} left", overdue: "{s} overdue", rating: "Rating",
  solved: "solved", unsolved: "not solved", place: "Place", cell: "Cell",
  wholeCounty: "Whole county", thisCell: "This cell", map: "Grid map",
  voicemail: "voicemail", noPlace: "Not located yet", skipped: "skipped", now: "in progress", reopened: "Reopened",
  ask: "Ask", forward: "Forward to", otherPlaces: "Other places",
  duplicates: "May be the same matter", isClosed: "closed, cannot be merged into", ago: "{s} ago",
  points: "{n} points",
  likeness: {
    same: "same item", akin: "like item", other: "", metres: "{n} m apart", same_cell: "same cell",
    beside: "next cell", within: "same village or township", same_village: "same village",
    elsewhere: "", hours: "{n} h apart", shared: "both said", none: "",
  },
  outcomeOf: {
    needs_110_now: {
      12345: "Life or property in danger: hand over to 110 now", 110: "Life or property in danger",
    },
    belongs_to_12345: { 110: "No police matter: 12345 can take it" },
  },
  urgent: "Urgent", ordinary: "Ordinary",
  why: {
    abandoned: "gave up waiting", cut: "cut off", feedback: "ask about the result", kept_place: "place kept",
  },
  state: {
    arrived: "arrived", queued: "waiting", ringing: "ringing", talking: "talking",
    parted: "told the number", abandoned: "gave up", ended: "ended",
  },
  status: {
    unknown: "unknown", idle: "idle", in_use: "talking", busy: "busy", invalid: "invalid",
    unavailable: "offline", ringing: "ringing", paused: "paused",
  },
  step: {
    draft: "collecting", filed: "filed", dispatched: "dispatched", returned: "returned",
    handling: "handling", suspended: "suspended", reported: "reported", verified: "verified",
    closed: "closed", reopened: "reopened", declined: "not accepted", merged: "merged",
    void: "void",
  },
  loop: ["Collect", "File", "Dispatch", "Handle", "Report back", "Verify, close", "Evaluate"],
  kind: {
    咨询: "Consultation", 求助: "Request", 投诉: "Complaint", 举报: "Report", 建议: "Suggestion",
    表扬: "Praise", 催办: "Urging", 无效: "Invalid",
  },
  ratings: ["", "Very satisfied", "Satisfied", "Fair", "Dissatisfied"],
  task: { none: "none", due: "due", ringing: "ringing", done: "done", failed: "not reached" },
  outcome: { answered: "answered", no_answer: "no answer", failed: "failed", settled: "not needed" },
  signIn: "Sign in", openId: "Single sign-on", signOut: "Sign out", signInTitle: "Sign in to the hotline", name: "Account",
  password: "Password", wrong: "Account and password do not belong together.",
  tooMany: "Too many wrong passwords. Try again in {n} s.", away: "The system does not answer. Try again.",
  providerGoesOn: "You are signed out here, but still signed in at the single sign-on: on a shared computer, sign out there, too.",
  linkOver: "This link was used or is too old. Ask for a new one, or sign in.",
  changeTitle: "First sign-in: choose a password of your own",
  changeHint: "{n} characters or more; no rules about capitals or signs. A few unrelated words do well.",
  oldPassword: "Current password", newPassword: "New password", again: "Once more",
  differ: "The two new passwords differ.",
  refused: "The new password is too short, too common, or the old one. Choose another.", change: "Set password",
  noWatch: "Your roles do not include watching the live board.", signedInAs: "Signed in",
  units: ["d", "h", "min", "s"],
};

/** The words of a language, "zh" or "en". */
export const wordsOf = (language) => (language === "en" ? EN : ZH);

/** `text` with its {places} filled. */
export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

/** Seconds as m:ss or h:mm:ss, for clocks that run. */
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const two = (number) => String(number).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** Seconds in the two largest units that say something, for deadlines. */
export function span(seconds, words) {
  const sizes = [86_400, 3_600, 60, 1];
  let rest = Math.max(0, Math.floor(seconds));
  const parts = sizes.map((size, index) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    return { count, text: `${count} ${words.units[index]}` };
  });
  const first = Math.max(0, parts.findIndex((part) => part.count));
  return parts.slice(first, first + 2).filter((part) => part.count).map((part) => part.text)
    .join(" ") || parts.at(-1).text;
}

/** A UTC moment as the county's wall clock says it, with the day where it is not today. */
export function moment(utc, now, language) {
  const zone = { timeZone: "Asia/Shanghai" };
  const day = { month: "2-digit", day: "2-digit", ...zone };
  const locale = language === "en" ? "en-GB" : "zh-CN";
  const [then, today] = [new Date(utc), new Date(now)];
  const same = then.toLocaleDateString(locale, day) === today.toLocaleDateString(locale, day);
  const time = { hour: "2-digit", minute: "2-digit", ...(same && { second: "2-digit" }) };
  return then.toLocaleString(locale, { ...(same ? {} : day), ...time, hour12: false, ...zone });
}
