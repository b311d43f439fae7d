/** Words of the administration: people, seats, rights. */
import type { Schemas } from "@/api/client"

export const RIGHTS = [
  "own_account", "see_names", "watch", "see_tickets", "move_tickets", "correct_tickets", "read_words",
  "hear_recordings", "see_callbacks", "take_calls", "supervise", "see_supervision", "see_seats", "own_desk",
  "lead_agents", "tell_seats", "run_queues", "run_seats", "see_figures", "see_figure_lists", "run_system",
  "run_accounts", "see_audit", "run_privacy", "act_for_others",
] as const satisfies readonly Schemas["Right"][]
type Right = (typeof RIGHTS)[number]

const rightZh: Record<Right, string> = {
  own_account: "本人账号", see_names: "名称与网格", watch: "实时看板", see_tickets: "查看工单", move_tickets: "办理工单",
  correct_tickets: "更正分类", read_words: "查看通话文字", hear_recordings: "调听录音", see_callbacks: "回拨任务",
  take_calls: "接听与转接", supervise: "监听与强插", see_supervision: "监听记录", see_seats: "坐席与坐席员状态",
  own_desk: "签入、小休、签出", lead_agents: "调度坐席员", tell_seats: "发送通知", run_queues: "队列开关",
  run_seats: "坐席登记", see_figures: "统计数字", see_figure_lists: "统计明细与导出", run_system: "运行维护",
  run_accounts: "账号与权限", see_audit: "审计记录", run_privacy: "保存期限与封存", act_for_others: "代他人操作",
}
const rightEn: Record<Right, string> = {
  own_account: "Own account", see_names: "Names and grid", watch: "Live board", see_tickets: "See cases",
  move_tickets: "Move cases", correct_tickets: "Correct items", read_words: "Read what was said",
  hear_recordings: "Hear recordings", see_callbacks: "Call-back tasks", take_calls: "Take and transfer calls",
  supervise: "Listen in and barge", see_supervision: "Who listened in", see_seats: "Seats and agents",
  own_desk: "Sign in, pause, sign out", lead_agents: "Move agents", tell_seats: "Tell seats",
  run_queues: "Open and close queues", run_seats: "Register seats", see_figures: "Figures",
  see_figure_lists: "Lists behind figures, exports", run_system: "Run the system", run_accounts: "Accounts and rights",
  see_audit: "Audit", run_privacy: "Retention and holds", act_for_others: "Act for others",
}

export const adminZh = {
  list: "管理栏目", noSection: "没有这个栏目,或您的角色不包括它。", find: "查找", closedToo: "含已停用", none: "没有可列出的内容。",
  standing: "状态", change: "修改", save: "保存", no: "取消", yes: "确定{what}", of: "{what} {name}",
  added: "已新增 {name}。", changed: "已修改 {name}。", closed: "已停用 {name}。",
  once: "只显示这一次,请现在抄下并交给本人。", noted: "已抄下,收起",
  sections: { accounts: "账号", rights: "角色与权限", seats: "坐席", agents: "坐席员", queues: "队列", audit: "审计", privacy: "保存与封存", rules: "事项与规则",
    dispatch: "派遣表", calendar: "日历", county: "单位与网格", prompts: "提示音" },
  queue: { "12345": "政务服务热线", "110": "报警服务台", dialect: "方言专席", english: "外语专席", business: "企业专席" },
  right: rightZh,
  rights: { hint: "谁能做什么由程序里的一张表决定,这里只供查看。", rights: "角色的权限", moves: "工单各步由谁办", yes: "可以" },
  accounts: {
    add: "新增账号", name: "账号", shown: "姓名", roles: "角色", reach: "范围", unit: "承办单位", grid: "网格编码前缀(空为全县)",
    queues: "负责的队列", hasPassword: "设首次密码(否则只用链接或统一身份登录)", open: "可用", closed: "已停用",
    mustChange: "待改首次密码", noPassword: "无密码", first: "{name} 的首次密码", firstHint: "首次登录时必须改成自己的密码。",
    renew: "重发首次密码", renewSure: "{name} 现在的密码和登录都会失效。", renewed: "已重发 {name} 的首次密码。",
    close: "停用账号", closeSure: "{name} 将不能再登录,账号名也不再给别人用。",
    noName: "账号名用小写字母、数字、点、横线,最多 24 位,如 li.na。", noRole: "请至少选一个角色。",
    noUnit: "承办单位角色要选定所属单位。", noQueue: "班长要选定负责的队列。", badGrid: "网格编码前缀只能是数字,最多 15 位。",
  },
  seats: {
    add: "新增坐席", seat: "坐席", phone: "话机", queues: "无人签入时值守的队列", queuesHint: "(有人签入时按坐席员的技能)",
    may: "其他", open: "开通", closed: "已停用", sip: "桌面话机", web: "浏览器", noPhone: "未注册", reopen: "重新开通",
    overflow: "110 后备", dials: "可外拨", overflowHint: "只在别的坐席都忙时才接 110", dialsHint: "可以拨打外线",
    secret: "{seat} 的话机密码", secretHint: "桌面话机用户名 {phone};浏览器话机 {web} 由系统自动使用。",
    renew: "换话机密码", renewSure: "话机须换上新密码,否则下次注册会被拒绝。", renewed: "已换 {name} 的话机密码。",
    close: "停用坐席", closeSure: "{name} 将不能再注册和接听。", noSeat: "坐席名写作 seat-01 到 seat-999。",
  },
  agents: {
    add: "新增坐席员", hint: "已签入的坐席员要先签出才能修改;换坐席、强制签出在班长台。", skills: "可服务的队列", out: "未签入",
    noName: "账号名用小写字母、数字、点、横线,最多 40 位。", noDisplayName: "请填写姓名。", noSkill: "请至少选一个队列。",
  },
}

export const adminEn: typeof adminZh = {
  list: "Sections", noSection: "There is no such section, or your roles do not include it.", find: "Find",
  closedToo: "Closed ones too", none: "Nothing to list.", standing: "State", change: "Change", save: "Save", no: "Cancel",
  yes: "Yes, {what}", of: "{what}: {name}", added: "Added {name}.", changed: "Changed {name}.", closed: "Closed {name}.",
  once: "Shown this once: note it now, and give it to its owner.", noted: "Noted, put it away",
  sections: { accounts: "Accounts", rights: "Roles and rights", seats: "Seats", agents: "Agents", queues: "Queues", audit: "Audit", privacy: "Retention and holds", rules: "Items and rules",
    dispatch: "Dispatch table", calendar: "Calendar", county: "Units and grid", prompts: "Prompts" },
  queue: { "12345": "Services", "110": "Police", dialect: "Dialect", english: "English", business: "Business" },
  right: rightEn,
  rights: { hint: "One table in the program decides who may what; here it can be read.", rights: "Rights of the roles", moves: "Who makes which move of a case", yes: "yes" },
  accounts: {
    add: "Add an account", name: "Account", shown: "Name", roles: "Roles", reach: "Reach", unit: "Unit",
    grid: "Beginning of cell codes (empty: all)", queues: "Queues supervised",
    hasPassword: "With a first password (else by link or single sign-on only)", open: "Open", closed: "Closed",
    mustChange: "First password not changed yet", noPassword: "No password", first: "First password of {name}",
    firstHint: "It must be changed at the first sign-in.", renew: "New first password",
    renewSure: "The password of {name} and all sessions end now.", renewed: "{name} has a new first password.",
    close: "Close the account", closeSure: "{name} cannot sign in any more; the name is given to nobody else.",
    noName: "An account has small letters, digits, dots, dashes, 24 at most, such as li.na.", noRole: "Choose a role at least.",
    noUnit: "A handler works for a unit: choose it.", noQueue: "A supervisor has queues: choose them.",
    badGrid: "The beginning of cell codes is made of up to 15 digits.",
  },
  seats: {
    add: "Add a seat", seat: "Seat", phone: "Telephone", queues: "Queues while nobody is signed in",
    queuesHint: " (whoever signs in serves by their skills)", may: "Besides", open: "Open", closed: "Closed", sip: "Desk phone",
    web: "Browser", noPhone: "Not registered", reopen: "Open again", overflow: "110 only as reserve", dials: "dials out",
    overflowHint: "110 rings here only when no other seat is free", dialsHint: "May call outside numbers",
    secret: "Telephone password of {seat}", secretHint: "Desk phone: user {phone}. The browser's telephone, {web}, gets it by itself.",
    renew: "New telephone password", renewSure: "The telephone needs the new password, or its next registration is refused.",
    renewed: "{name} has a new telephone password.", close: "Close the seat",
    closeSure: "{name} can register and answer no more.", noSeat: "A seat is written seat-01 to seat-999.",
  },
  agents: {
    add: "Add an agent", hint: "Who is signed in must sign out to be changed; moving and signing out others is on the supervisor's page.",
    skills: "Queues they can serve", out: "Not signed in", noName: "Small letters, digits, dots, dashes, 40 at most.",
    noDisplayName: "The name is missing.", noSkill: "Choose a queue at least.",
  },
}
