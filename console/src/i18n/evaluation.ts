/** Words of evaluation and of every chart. */
export const chartsZh = {
  of: "图:{title};同样的数字见下表", table: "用表格看", tableOf: "表:{title}", failed: "图没有画出来,数字见表格。",
}

export const chartsEn: typeof chartsZh = {
  of: "Chart: {title}; the table below has the same figures", table: "As a table", tableOf: "Table: {title}",
  failed: "The chart could not be drawn; the table has its figures.",
}

export const evaluationZh = {
  title: "综合评价", views: "评价的页面", view: { figures: "指标", ranking: "排名", spots: "热点" },
  month: "月份", from: "或从", to: "到(含)", interval: "时段", by: "分组", only: "只看{part} {key}", whole: "全部", unknown: "不明",
  intervals: { whole: "整段", day: "日", week: "周", month: "月", quarter: "季", year: "年" },
  groups: {
    all: "合计", unit: "承办单位", township: "乡镇(街办)", cell: "网格", item: "事项", class: "大类", seat: "坐席", reporter: "上报来源", line: "线路",
  },
  loading: "正在统计…", computed: "截至 {at}。", reported: "该月已于 {at} 上报,此后又有 {n} 条事实入账。",
  chart: "图表", show: "图中的指标", hours: "{name}(小时)", svg: "导出图片 SVG", xlsx: "导出 Excel", before: "前一页", after: "后一页",
  page: "第 {n} 页,共 {of} 页", lines: "第 {from} 至 {to} 条,共 {of} 条", within: "往下细分", bottom: "(分母)",
  openBottom: "{name} 的分母 {n},{key},打开明细",
  list: { ticket: "工单号", at: "时间", what: "内容", unit: "承办单位", amount: "数值" },
  score: "得分", rank: "名次", unit: "承办单位", scoreIs: "得分 =", leftOut: "没有分母的比率连同分值一起略去,其余按百分折算。各列为该项得分,下为该项比率,可打开明细。",
  scores: "{whose}得分", named: "后列", noPlaces: "这段时间没有可排名的单位。", openPart: "{unit} {name},打开明细",
  ranked: { departments: "部门", townships: "乡镇(街办)", others: "其他单位" },
  level: "按哪一级", levels: { township: "乡镇(街办)", village: "村(社区)", cell: "基础网格" }, every: "也列出可能属偶然的",
  compared: "比较了 {n} 组事项与地点,列出 {total} 组。★ 表示偶然出现的概率不超过 {level},★★ 不超过其十分之一。",
  noSpots: "没有超出偶然的热点。", openSpot: "件,{item} {place},打开明细",
  spot: {
    item: "事项", place: "地点", count: "本期受理", before: "上期", chance: "偶然概率", last_year: "去年同期", chanceLastYear: "与去年比的偶然概率",
  },
}

export const evaluationEn: typeof evaluationZh = {
  title: "Evaluation", views: "Pages of evaluation", view: { figures: "Figures", ranking: "Ranking", spots: "Hot spots" },
  month: "Month", from: "or from", to: "to (included)", interval: "Interval", by: "Grouped by", only: "Only {part} {key}", whole: "all",
  unknown: "unknown",
  intervals: { whole: "as a whole", day: "day", week: "week", month: "month", quarter: "quarter", year: "year" },
  groups: {
    all: "total", unit: "unit", township: "township", cell: "grid cell", item: "item", class: "class", seat: "seat", reporter: "reporter",
    line: "line",
  },
  loading: "Counting…", computed: "As of {at}.", reported: "Reported {at}; since then {n} facts came in.",
  chart: "Chart", show: "Figure in the chart", hours: "{name} (hours)", svg: "Export the picture (SVG)", xlsx: "Export as Excel",
  before: "previous", after: "next", page: "page {n} of {of}", lines: "{from} to {to} of {of}", within: "Share out further",
  bottom: "(what it is divided by)", openBottom: "{name} was divided by {n}, {key}, open the list",
  list: { ticket: "Case", at: "Time", what: "What", unit: "Unit", amount: "Amount" },
  score: "Score", rank: "Rank", unit: "Unit", scoreIs: "Score =",
  leftOut: "A rate that cannot be known is left out with its points; the rest counts as 100. Each column has the points, below them the rate, which opens its list.",
  scores: "Scores of {whose}", named: "among the last", noPlaces: "No unit can be ranked in this period.", openPart: "{unit} {name}, open the list",
  ranked: { departments: "departments", townships: "townships", others: "other units" },
  level: "By", levels: { township: "township", village: "village", cell: "cell" }, every: "Also what may be chance",
  compared: "{n} pairs of item and place were compared, {total} are listed. ★: chance at most {level}; ★★: a tenth of it.",
  noSpots: "Nothing beyond chance.", openSpot: "cases, {item} {place}, open the list",
  spot: {
    item: "Item", place: "Place", count: "Taken in", before: "Period before", chance: "Chance", last_year: "A year ago",
    chanceLastYear: "Chance against last year",
  },
}
