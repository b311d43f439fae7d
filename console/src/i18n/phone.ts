/** Words of the seat's telephone; see phone/. */
export const phoneZh = {
  title: "坐席电话",
  mode: {
    none: "电话", out: "未签入", ringing: "来电", talking: "通话中", held: "市民等待中",
    wrapUp: "话后整理", paused: "小休", ready: "空闲待接", away: "电话未连接", leaving: "通话结束后签出",
  },
  noAgent: "您的账号还没有登记为坐席员,请联系班长。",
  seat: "坐席", queues: "队列", chooseSeat: "请选择", since: "已 {time}", left: "剩余 {time}",
  deed: {
    answer: "接听", refuse: "拒接", hangUp: "挂断", hold: "保持", resume: "恢复通话", mute: "静音",
    unmute: "取消静音", transfer: "转接", complete: "转给对方", threeWay: "三方通话", police: "转 110",
    pause: "小休", ready: "恢复待接", extend: "延长整理", endWrapUp: "整理完毕", signIn: "签入",
    signOut: "签出", takeHere: "在此页面接管电话",
  },
  queue: { "12345": "12345", "110": "110 报警", dialect: "方言", english: "英语服务", business: "企业服务" },
  line: { "12345": "12345 热线", "110": "110 报警" },
  caller: "来电号码", withheld: "号码未显示", showNumber: "显示完整号码", waited: "等待 {time}",
  colleague: "同事来电:{name}", others: "另有 {names}", muted: "已静音",
  reason: "小休原因", confirm: "确定", cancel: "取消",
  to: {
    title: "转接给", seat: "坐席", queue: "队列", outside: "外线号码", blind: "直接转接", ask: "先商量",
    number: "号码", nobody: "现在没有可转的坐席。", police: "转 110:市民、工单和录音一起转过去",
    direct: "直接转 110", threeWay: "三方通话",
  },
  seatState: {
    unknown: "未知", away: "离线", phone_lost: "断线", ready: "空闲", ringing: "振铃", talking: "通话",
    paused: "小休",
  },
  check: {
    title: "耳麦检查", open: "耳麦", voice: "用哪部电话", browser: "本浏览器", desk: "桌上话机",
    microphone: "麦克风", speaker: "听筒", standard: "系统默认", level: "麦克风音量", test: "播放测试音",
    ring: "试听铃声", speak: "请说一句话,音量条应随声音变化;没有变化时,请检查耳麦是否静音、麦克风是否选对。",
    good: "麦克风正常。", close: "完成",
  },
  mic: {
    denied: "浏览器不允许使用麦克风。请点击地址栏左侧的图标,把“麦克风”改为“允许”,然后再接听。",
    missing: "没有找到麦克风。请插好耳麦,再到“耳麦”里选择。",
    taken: "麦克风正被其他程序占用。请关闭占用它的程序(如会议软件),然后再接听。",
    insecure: "此网址不安全,浏览器不提供麦克风。请用 https:// 打开,或请管理员配置。",
    other: "麦克风无法使用。请重新插拔耳麦,或换一个浏览器。",
  },
  link: {
    away: "电话连接中断,正在重连;通话声音不受影响时请继续说话。",
    elsewhere: "电话在另一个页面上。", taken: "电话已被另一个页面接管。",
    server: "系统暂时没有应答,正在重连;电话恢复前请勿关闭页面。",
  },
  fault: {
    changed: "电话的状态已经变了,请看清后再试:{detail}",
    noAsterisk: "电话交换机暂时没有应答,请稍后再试。",
    notYours: "这不是您坐席的通话,或尚未签入。",
  },
}

export const phoneEn: typeof phoneZh = {
  title: "Seat telephone",
  mode: {
    none: "Telephone", out: "Not signed in", ringing: "Ringing", talking: "Talking", held: "Citizen waits",
    wrapUp: "Wrap-up", paused: "On a break", ready: "Ready", away: "Telephone away", leaving: "Signs out after the call",
  },
  noAgent: "Your account is not registered as an agent yet: ask your supervisor.",
  seat: "Seat", queues: "Queues", chooseSeat: "Choose", since: "for {time}", left: "{time} left",
  deed: {
    answer: "Answer", refuse: "Refuse", hangUp: "Hang up", hold: "Hold", resume: "Back to the citizen", mute: "Mute",
    unmute: "Unmute", transfer: "Transfer", complete: "Hand the call on", threeWay: "Three-way call", police: "To 110",
    pause: "Take a break", ready: "Ready again", extend: "More time", endWrapUp: "Done", signIn: "Sign in",
    signOut: "Sign out", takeHere: "Take the telephone here",
  },
  queue: { "12345": "Line 12345", "110": "110 police", dialect: "Dialect", english: "English", business: "Business" },
  line: { "12345": "Hotline 12345", "110": "110 police" },
  caller: "Caller", withheld: "Number withheld", showNumber: "Show the whole number", waited: "waited {time}",
  colleague: "A colleague rings: {name}", others: "also {names}", muted: "Muted",
  reason: "Why", confirm: "Confirm", cancel: "Cancel",
  to: {
    title: "Transfer to", seat: "a seat", queue: "a queue", outside: "a number outside", blind: "Transfer at once", ask: "Ask first",
    number: "Number", nobody: "No seat is free now.", police: "To 110: citizen, ticket and recording go together",
    direct: "To 110 at once", threeWay: "Talk as three",
  },
  seatState: {
    unknown: "unknown", away: "away", phone_lost: "cut off", ready: "free", ringing: "ringing", talking: "talking",
    paused: "on a break",
  },
  check: {
    title: "Headset check", open: "Headset", voice: "Which telephone", browser: "This browser", desk: "The phone on the desk",
    microphone: "Microphone", speaker: "Loudspeaker", standard: "The system's", level: "Microphone level", test: "Play a test sound",
    ring: "Try the ring", speak: "Say something: the bar should move with your voice. If not, is the headset muted, or another microphone chosen?",
    good: "The microphone works.", close: "Done",
  },
  mic: {
    denied: "The browser does not allow the microphone. Click the icon left of the address, set Microphone to Allow, then answer.",
    missing: "There is no microphone. Plug the headset in, then choose it under Headset.",
    taken: "Another program uses the microphone. Close it (a meeting, say), then answer.",
    insecure: "This address is not secure, so the browser gives no microphone. Open it by https://, or ask your administrator.",
    other: "The microphone cannot be used. Plug the headset in again, or try another browser.",
  },
  link: {
    away: "The telephone is cut off and connects again; if you still hear the citizen, go on talking.",
    elsewhere: "The telephone is on another page.", taken: "Another page has taken the telephone.",
    server: "The system does not answer and is tried again; keep this page open.",
  },
  fault: {
    changed: "The telephone's state has changed; look and try again: {detail}",
    noAsterisk: "The telephone exchange does not answer now; try again soon.",
    notYours: "This is no call of your seat, or you are not signed in.",
  },
}
