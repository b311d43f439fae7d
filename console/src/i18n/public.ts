/** The words of the page for everybody; it brings no others along. */
export const publicZh = {
  title: "12345 便民服务热线", skip: "跳到正文", language: "语言", languages: { zh: "中文", en: "English" },
  loading: "正在读取…", failed: "暂时读不到,请稍后再试,或拨打 12345。", again: "重试",
  reach: { title: "联系我们", call: "拨打 {number}" },
  ask: {
    title: "查询办理进展", hint: "案卷流水号在登记时告知,例如 {example}。", number: "案卷流水号", digits: "登记时所用电话的后四位",
    limit: "为保护来电人,同一案卷 24 小时内最多查错 {n} 次。", submit: "查询", asking: "正在查询…",
    missing: "请填写案卷流水号和电话后四位数字。", unknown: "没有查到:请核对流水号和电话后四位,或拨打 12345。",
    wait: "查错次数过多,请在{wait}后再试,或拨打 12345。", minutes: "{n} 分钟", hours: "{n} 小时",
    state: "办理状态", unit: "承办单位", due: "期限", answer: "案卷 {number}",
  },
  step: {
    draft: "已登记", filed: "已受理,待派遣", dispatched: "已派遣承办单位", returned: "正在核定承办单位", handling: "承办单位正在办理",
    suspended: "因故暂缓办理", reported: "承办单位已反馈,正在核查", verified: "已核查,待回访", closed: "已办结", reopened: "重新办理",
    declined: "不予受理", merged: "与同一事项的另一件合并办理", void: "已作废",
  },
  figures: {
    title: "公开数据", month: "月份", taken: "受理(件)", inTime: "按期处置率", content: "满意率", item: "事项",
    least: "少于 {n} 件的不公布,记作“—”。", none: "还没有可公布的月份数据。", items: "{month} 各事项受理件数", many: "{n} 件", about: "公布最近几个整月的数据。",
  },
  notices: { title: "公告", none: "现在没有公告。" },
}

export const publicEn: typeof publicZh = {
  title: "Hotline 12345", skip: "Skip to content", language: "Language", languages: { zh: "中文", en: "English" },
  loading: "Reading…", failed: "This cannot be read now: try again later, or ring 12345.", again: "Try again",
  reach: { title: "How to reach us", call: "Call {number}" },
  ask: {
    title: "How does my case stand?", hint: "You were told the case's number when it was taken down, such as {example}.", number: "Case number", digits: "Last four digits of the telephone you used",
    limit: "To protect callers, a case can be asked for wrongly {n} times in 24 hours.", submit: "Ask", asking: "Asking…",
    missing: "Fill in the case's number and the last four digits.", unknown: "Nothing found: check the number and the digits, or ring 12345.",
    wait: "Too many wrong tries: try again in {wait}, or ring 12345.", minutes: "{n} min", hours: "{n} h",
    state: "State", unit: "Unit", due: "Due", answer: "Case {number}",
  },
  step: {
    draft: "Taken down", filed: "Accepted, to be sent to a unit", dispatched: "Sent to the unit", returned: "The unit is being decided", handling: "The unit is at work",
    suspended: "Put off for now", reported: "The unit has reported; being checked", verified: "Checked; you will be called back", closed: "Finished", reopened: "Being done again",
    declined: "Not accepted", merged: "Handled with another case about the same", void: "Void",
  },
  figures: {
    title: "Open figures", month: "Month", taken: "Cases", inTime: "Done in time", content: "Satisfied", item: "Item",
    least: "Numbers below {n} are left out (“—”).", none: "There are no months to publish yet.", items: "Cases by item, {month}", many: "{n} cases", about: "The last whole months.",
  },
  notices: { title: "Notices", none: "There are no notices now." },
}
