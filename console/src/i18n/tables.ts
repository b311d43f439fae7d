/** Words of the tables that an administrator keeps: rules, dispatch, calendar, county, prompts. */
export const tablesZh = {
  rulesHint: "来电按这些词语和分值归类;改动先成草稿,查错、在历史通话上试算,再生效。已立案的工单不受影响。",
  findRule: "查找事项、类别或词语", chooseRule: "请在左边选一个事项。", words: "{n} 个词", together: "同现的词({n} 组)",
  edit: "修改这一节", check: "查错", right: "可以使用:共 {words} 个词,{together} 组同现。", faultLine: "本节第 {line} 行:",
  faultElsewhere: "{file} 第 {line} 行:", draft: "有未生效的草稿:{files}", put: "生效", drop: "放弃草稿", dropSure: "改动会丢失。",
  rulesSure: "新的规则马上用于正在进行和以后的来电。", inForce: "第 {n} 版已生效。", versions: "版本(生效中:第 {n} 版)",
  use: "改用第 {n} 版", useSure: "马上生效,现在的版本仍保留。", original: "出厂或设置中的规则",
  target: { urgent: "紧急", needs_110: "应转 110", belongs_to_12345: "应由 12345 办", negation: "否定词" },
  silences: { unless: "出现即排除", not_after: "在这些词后不算", calm: "近处有即不算", calm_before: "前面有即不算", now: "仍然算", before: "否定", but_not: "不是否定", items: "同算的事项" },
  trial: "在历史通话上试算", trialHint: "从最近的通话起,用草稿和现行规则各归类一次,只比较结果,不改任何工单;读通话文字记入审计。",
  most: "最多通话数", try: "开始试算", stop: "停止", trying: "已看 {n} 通有文字的通话,{moved} 通归类会不同。", tried: "共看 {n} 通有文字的通话,{moved} 通归类会不同。",
  ways: "归类变化", from: "现在", to: "草稿", calls: "通话数", list: "归类不同的通话", outcome: "转接判断不同", record: "录音与文字", onlyFirst: "只列出前 {n} 通。",
}

export const tablesEn: typeof tablesZh = {
  rulesHint: "Calls are sorted by these words and weights. A change is a draft first: checked, tried on past calls, then put in force. Filed cases stay.",
  findRule: "Find an item, a kind or a word", chooseRule: "Choose an item at the left.", words: "{n} words", together: "Words that count together ({n})",
  edit: "Change this section", check: "Check", right: "Can be used: {words} words, {together} combinations.", faultLine: "Line {line} of this section:",
  faultElsewhere: "{file}, line {line}:", draft: "A draft that is not in force: {files}", put: "Put in force", drop: "Drop the draft",
  dropSure: "The changes will be lost.", rulesSure: "The new rules count at once, for calls under way and to come.",
  inForce: "Version {n} is in force.", versions: "Versions (in force: {n})", use: "Use version {n}", useSure: "At once; the present version is kept.",
  original: "as shipped, or as set",
  target: { urgent: "Urgent", needs_110: "Needs 110", belongs_to_12345: "Belongs to 12345", negation: "Negation" },
  silences: { unless: "Rules it out", not_after: "Not counted after", calm: "Not counted near", calm_before: "Not counted behind", now: "Counted all the same", before: "Denies", but_not: "Only looks like denial", items: "Items that count too" },
  trial: "Try it on past calls", trialHint: "Sorts calls, newest first, by the draft and by the rules in force, and compares; no case is changed. Reading their words stands in the audit.",
  most: "Calls at most", try: "Begin", stop: "Stop", trying: "{n} calls with words so far, {moved} sorted otherwise.", tried: "{n} calls with words, {moved} would be sorted otherwise.",
  ways: "What changes", from: "Now", to: "Draft", calls: "Calls", list: "Calls that are sorted otherwise", outcome: "other line", record: "Recording and words", onlyFirst: "Only the first {n} are listed.",
}
