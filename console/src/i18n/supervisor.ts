/** Words of the supervisor's pages. */
export const supervisorZh = {
  title: "班长台", live: "现场", history: "统计", pages: "班长台页面", loading: "正在读取…",
  refused: "现在不能这样做:{detail}", noLine: "话路中断,命令没有送到 Asterisk。",
  noNumber: "未显示号码", none: "无", minutes: "{n} 分钟",
  wall: {
    title: "队列", waiting: "等待", longest: "最长等待", within_15today: "15 秒接通率 今日",
    within_15hour: "15 秒接通率 近 1 小时", connected_rateday: "24 小时接通率", abandonedtoday: "今日放弃",
    open: "{name} {value},打开明细", waitingList: "正在等待", nobody: "无人等待", kept: "保留位置",
    gaveUp: "放弃(24 小时)", noneGaveUp: "无人放弃", waited: "等待 {s}", unknownWait: "等待不明",
    met: "达标", missed: "未达标",
  },
  task: { none: "未安排回拨", due: "待回拨", ringing: "回拨中", done: "已联系上", failed: "未接通" },
  queue: { dialect: "方言", english: "外语", business: "企业" },
  seats: {
    title: "坐席", none: "暂无坐席状态", seat: "坐席 {n}", calls: "今日接听 {n}", occupied: "占用 {share}",
    standing: "无人签入", choose: "看这通电话",
  },
  does: {
    unknown: "未知", phone_lost: "话机离线", ringing: "振铃", talking: "通话中", ready: "空闲",
    paused: "小休", wrap_up: "话后", leaving: "待签出", empty: "值守",
  },
  reason: { no_answer: "未接" },
  calls: { title: "来电", none: "暂无来电", list: "来电,用上下键选择", over: "已结束" },
  state: {
    arrived: "接通中", queued: "排队", ringing: "振铃", talking: "通话中", parted: "告知工单号",
    abandoned: "已放弃", ended: "已结束",
  },
  call: {
    title: "通话", choose: "请选择一通电话。", words: "双方的话", noWords: "尚无对话", citizen: "市民", seat: "坐席",
    speaking: "正在说", waited: "等待 {s}", talked: "通话 {s}", record: "录音与文字", tickets: "工单",
    item: "事项 {item},由这些词得出:",
  },
  supervise: {
    title: "监听与强插", reason: "理由", seat: "我的话机", whom: "听哪个坐席", ask: "监听", asking: "正在请求…",
    choose: "选择坐席", missing: "请填写{field}。", onCall: "您在坐席 {seat} 的通话上", end: "挂断并结束",
    ended: "监听已结束。", again: "再次监听", needTalk: "有坐席通话时才能监听。", elsewhere: "您正在监听另一通电话。",
    show: "看那通电话", state: {
      asked: "您的话机正在振铃,摘机后开始监听", listen: "监听中:双方都听不到您", whisper: "密语中:只有坐席听到您",
      barge: "强插中:双方都听到您", take_over: "已接管:市民与您通话", ended: "已结束",
    },
    mode: { listen: "只监听", whisper: "密语", barge: "强插", take_over: "接管" },
  },
  agents: {
    title: "坐席员", none: "无人签入", move: "调动", signOut: "强制签出", reason: "理由", seat: "到坐席", same: "不变",
    queues: "负责队列", confirmMove: "确认调动", confirmSignOut: "确认签出", cancel: "取消",
    moved: "已调动:{name}", signedOut: "已签出:{name}", of: "{name}:{what}", missing: "请填写理由。",
    noQueue: "请至少选一个队列。", nothing: "请选择另一个坐席,或改变负责队列。",
  },
  queues: {
    title: "队列开关", open: "开放", closed: "已关闭", close: "关闭", reopen: "重新开放", announcement: "播放的提示音",
    reason: "理由", confirm: "确认关闭", cancel: "取消", never: "110 从不关闭", of: "{what} {name}",
    hint: "关闭后,来电听提示音,不再排队;已在排队的继续等待。", missing: "请填写理由。",
  },
  messages: {
    title: "通知坐席", text: "通知内容", to: "发给", all: "全部坐席", send: "发送", none: "还没有通知。",
    sent: "已发送。", from: "{actor} 发给 {seats}", missing: "请填写通知内容。",
  },
  alarms: {
    title: "告警", none: "没有告警", count: "告警 {n} 项", seen: "知道了", silence: "静音", unsilence: "打开声音", thresholds: "告警条件",
    blocked: "浏览器尚未允许播放声音:按任意键后有声。", silent: "声音已关闭", off: "填 0 则不告警",
    kept: "条件只保存在这个浏览器中,各人可以不同。", usual: "恢复常用值", close: "收起",
    kind: {
      wait: "{what} 最长等待 {n} 秒", waiting: "{what} 有 {n} 人等待", within: "{what} 近 1 小时 15 秒接通率 {n}%",
      connected: "{what} 24 小时接通率 {n}%", paused: "坐席 {what} 小休 {n} 分钟", wrapUp: "坐席 {what} 话后 {n} 分钟",
      talk: "坐席 {what} 通话 {n} 分钟", phone: "坐席 {what} 有人签入,话机离线", line: "节点 {what} 话路中断",
    },
    limit: {
      wait: "最长等待超过(秒)", waiting: "等待人数达到", within: "近 1 小时 15 秒接通率低于(%)",
      connected: "24 小时接通率低于(%)", paused: "小休超过(分钟)", wrapUp: "话后超过(分钟)",
      talk: "通话超过(分钟)", phone: "有人签入而话机离线(1 告警)", line: "话路中断(1 告警)", least: "比率至少由几通来电算出才告警",
    },
  },
}

export const supervisorEn: typeof supervisorZh = {
  title: "Supervisor", live: "Live", history: "Figures", pages: "Supervisor's pages", loading: "Loading…",
  refused: "Not possible now: {detail}", noLine: "The line is down: Asterisk was not told.",
  noNumber: "Number withheld", none: "none", minutes: "{n} min",
  wall: {
    title: "Queues", waiting: "waiting", longest: "longest wait", within_15today: "in 15 s, today",
    within_15hour: "in 15 s, last hour", connected_rateday: "connected, 24 h", abandonedtoday: "gave up today",
    open: "{name} {value}, open the list", waitingList: "Waiting", nobody: "Nobody waits", kept: "place kept",
    gaveUp: "Gave up (24 h)", noneGaveUp: "Nobody gave up", waited: "waited {s}", unknownWait: "wait not known",
    met: "mark met", missed: "mark missed",
  },
  task: { none: "no call-back planned", due: "to be rung", ringing: "ringing", done: "reached", failed: "not reached" },
  queue: { dialect: "dialect", english: "English", business: "business" },
  seats: {
    title: "Seats", none: "No seats seen yet", seat: "Seat {n}", calls: "{n} calls today", occupied: "occupied {share}",
    standing: "nobody signed in", choose: "Look at this call",
  },
  does: {
    unknown: "unknown", phone_lost: "phone lost", ringing: "ringing", talking: "talking", ready: "ready",
    paused: "paused", wrap_up: "wrap-up", leaving: "leaving", empty: "on standby",
  },
  reason: { no_answer: "no answer" },
  calls: { title: "Calls", none: "No calls yet", list: "Calls: choose with the arrow keys", over: "over" },
  state: {
    arrived: "arriving", queued: "queued", ringing: "ringing", talking: "talking", parted: "hears the number",
    abandoned: "gave up", ended: "ended",
  },
  call: {
    title: "Call", choose: "Choose a call.", words: "What is said", noWords: "Nothing said yet", citizen: "Citizen",
    seat: "Seat", speaking: "speaking", waited: "waited {s}", talked: "talk {s}", record: "Recording and words",
    tickets: "Tickets", item: "Item {item}, by these words:",
  },
  supervise: {
    title: "Listen and barge in", reason: "Reason", seat: "My telephone", whom: "Seat to hear", ask: "Listen",
    asking: "Asking…", choose: "Choose a seat", missing: "{field} is missing.", onCall: "You are on the call of seat {seat}",
    end: "Hang up and end", ended: "Supervision has ended.", again: "Listen again",
    needTalk: "Possible while a seat talks.", elsewhere: "You are on another call.", show: "Show that call",
    state: {
      asked: "Your telephone rings: pick up to listen", listen: "Listening: neither hears you",
      whisper: "Whispering: only the seat hears you", barge: "Barged in: both hear you",
      take_over: "Taken over: the citizen talks to you", ended: "Ended",
    },
    mode: { listen: "Only listen", whisper: "Whisper", barge: "Barge in", take_over: "Take over" },
  },
  agents: {
    title: "Agents", none: "Nobody is signed in", move: "Move", signOut: "Sign out", reason: "Reason", seat: "To seat",
    same: "no change", queues: "Queues", confirmMove: "Confirm the move", confirmSignOut: "Confirm signing out",
    cancel: "Cancel", moved: "Moved: {name}", signedOut: "Signed out: {name}", of: "{name}: {what}",
    missing: "A reason is missing.", noQueue: "Choose at least one queue.",
    nothing: "Choose another seat, or other queues.",
  },
  queues: {
    title: "Open and close queues", open: "open", closed: "closed", close: "Close", reopen: "Open again",
    announcement: "Prompt to be played", reason: "Reason", confirm: "Confirm closing", cancel: "Cancel",
    never: "110 is never closed", of: "{what}: {name}",
    hint: "Callers then hear the prompt instead of waiting; who waits already goes on waiting.",
    missing: "A reason is missing.",
  },
  messages: {
    title: "Tell seats", text: "Message", to: "To", all: "all seats", send: "Send", none: "No messages yet.",
    sent: "Sent.", from: "{actor} to {seats}", missing: "The message is missing.",
  },
  alarms: {
    title: "Alarms", none: "No alarms", count: "{n} alarms", seen: "Seen", silence: "Silence", unsilence: "Sound on", thresholds: "Thresholds",
    blocked: "The browser plays no sound yet: press any key.", silent: "Sound is off", off: "0: no such alarm",
    kept: "Kept in this browser only: each person has their own.", usual: "Usual values", close: "Close",
    kind: {
      wait: "{what}: longest wait {n} s", waiting: "{what}: {n} wait", within: "{what}: {n}% in 15 s, last hour",
      connected: "{what}: {n}% connected, 24 h", paused: "Seat {what} paused for {n} min",
      wrapUp: "Seat {what} in wrap-up for {n} min", talk: "Seat {what} talks for {n} min",
      phone: "Seat {what}: somebody is signed in, its telephone is gone", line: "Node {what}: the line is down",
    },
    limit: {
      wait: "Longest wait above (s)", waiting: "Callers waiting, from", within: "Answered in 15 s, last hour, below (%)",
      connected: "Connected, 24 h, below (%)", paused: "Paused longer than (min)", wrapUp: "Wrap-up longer than (min)",
      talk: "Talk longer than (min)", phone: "Telephone gone while signed in (1: alarm)", line: "Line down (1: alarm)", least: "Rates: alarm from so many calls on",
    },
  },
}
