/** Words of the big screen. */
export const screenZh = {
  title: "热线运行", stale: "数据已停止更新,正在重连", leave: "退出大屏", where: "近 24 小时来件分布", lines: "今日来电",
  waiting: "等待", longest: "最长等待", answered: "接听", within_15: "15 秒接通", connected_rate: "24 小时接通",
  seats: "坐席", cases: "工单", opened: "今日受理", closed: "今日办结", open: "未结", late: "超期",
  items: "热点事项(近 24 小时)", noItems: "近 24 小时没有来件。", trend: { up: "↑ 平日 {n}", same: "平日 {n}", down: "↓ 平日 {n}" },
  units: "超期单位", ofOpen: "在办 {n}", noneLate: "没有单位超期。", moreAlarms: "另有 {n} 项",
}

export const screenEn: typeof screenZh = {
  title: "Hotline now", stale: "No longer current; connecting again", leave: "Leave the wall",
  where: "Where cases came from, 24 h", lines: "Calls today", waiting: "Waiting", longest: "Longest",
  answered: "Answered", within_15: "In 15 s", connected_rate: "Connected, 24 h", seats: "Seats", cases: "Cases",
  opened: "Opened today", closed: "Closed today", open: "Open", late: "Late", items: "Hot items, 24 h",
  noItems: "Nothing came in within 24 hours.", trend: { up: "↑ usually {n}", same: "usually {n}", down: "↓ usually {n}" },
  units: "Units that are late", ofOpen: "of {n} open", noneLate: "No unit is late.", moreAlarms: "and {n} more",
}
