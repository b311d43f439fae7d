/** Words of quality: judging calls' handling, and appeals. */
export const qualityZh = {
  title: "通话质检", mine: "我的质检", loading: "正在读取…", judge: "评分", give: "提交评分", away: "收起", of: "满分 {n}", left: "不适用",
  knockOut: "一票否决", knockedOut: "已一票否决", happened: "发生", notHappened: "未发生", notes: "评语", note: "评语内容", noteOf: "评语针对",
  noteAdd: "添加评语", noteAway: "删去", wholeCall: "整通电话", atMoment: "记在录音 {at}", soFar: "得分 {n}", points: "{n} 分,满分 {of} 分",
  missing: "尚未评分:{what}", reason: "理由", noReason: "请填写理由。", history: "经过", scored: "得分 {n}", part: "坐席 {seat} {agent}",
  nobody: "这一段无人签入坐席,不能评分:没有人能看到或申诉。", own: "这是您自己的通话,由其他班长评分。", goesOn: "通话尚未结束。",
  noParts: "这通电话没有坐席接听。", another: "已申诉,由评分人以外的班长裁定。", decide: "裁定申诉", stand: "维持评分", anew: "重新评分",
  change: "改判", appeal: "申诉", appealHint: "可在 {at} 之前申诉一次,由评分人以外的班长裁定。", mineHint: "只有您和负责该队列的班长能看到;评的是这通电话的处理。",
  noneMine: "还没有对您的通话评分。", call: "{line} {at} 的通话", averages: "平均分", list: "评过的通话", none: "这段时间没有评过的通话。",
  stateOf: "状态", only: "只看 {agent}", noRanking: "按姓名排列,不排名次;平均分只由评过的通话得出。", openList: "{n} 通,{name},打开明细",
  column: {
    agent: "坐席员", judged: "评过的通话", mean: "平均分", knockedOut: "一票否决", appealed: "申诉", changed: "改判", call: "通话", score: "得分",
    state: "状态", judge: "评分人",
  },
  state: { judged: "已评分", seen: "已查看", appealed: "申诉中", decided: "已裁定" },
  move: { judge: "评分", see: "查看", appeal: "申诉", stand: "维持", change: "改判" },
}

export const qualityEn: typeof qualityZh = {
  title: "Quality", mine: "My judged calls", loading: "Loading…", judge: "Judge", give: "Give the judgement", away: "Close", of: "of {n}",
  left: "does not apply", knockOut: "knock-out", knockedOut: "knocked out", happened: "happened", notHappened: "did not happen", notes: "Notes",
  note: "Note", noteOf: "To which question", noteAdd: "Add the note", noteAway: "Remove", wholeCall: "the whole call",
  atMoment: "at {at} of the recording", soFar: "Score {n}", points: "{n} of {of} points", missing: "No points yet: {what}", reason: "Reason",
  noReason: "A reason is missing.", history: "History", scored: "score {n}", part: "Seat {seat} {agent}",
  nobody: "Nobody was signed in at the seat: such a part is not judged, for nobody could see it or appeal.",
  own: "This is your own call: another supervisor judges it.", goesOn: "The call goes on.", noParts: "No seat of ours answered this call.",
  another: "Appealed; a supervisor other than the judge decides.", decide: "Decide the appeal", stand: "It stands", anew: "Judge anew",
  change: "Change it", appeal: "Appeal", appealHint: "Once, until {at}; a supervisor other than the judge decides.",
  mineHint: "Seen by you and the supervisors of the queue alone; what is judged is how the call was handled.",
  noneMine: "None of your calls was judged yet.", call: "{line}, call of {at}", averages: "Averages", list: "Judged calls",
  none: "No judged calls in this period.", stateOf: "State", only: "Only {agent}",
  noRanking: "By name; this is no ranking. A mean is of judged calls alone.", openList: "{n} calls of {name}, open the list",
  column: {
    agent: "Agent", judged: "Judged calls", mean: "Mean", knockedOut: "Knocked out", appealed: "Appealed", changed: "Changed", call: "Call",
    score: "Score", state: "State", judge: "Judge",
  },
  state: { judged: "judged", seen: "seen", appealed: "appealed", decided: "decided" },
  move: { judge: "Judged", see: "Seen", appeal: "Appealed", stand: "Stands", change: "Changed" },
}
