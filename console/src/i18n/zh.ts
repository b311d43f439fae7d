import { adminZh } from "./admin"
import { countyZh } from "./county"
import { phoneZh } from "./phone"
import { liveZh } from "./live"
import { mapZh } from "./map"
import { promptsZh } from "./prompts"
import { recordsZh } from "./records"
import { seatZh } from "./seat"
import { chartsZh, evaluationZh } from "./evaluation"
import { fieldZh } from "./field"
import { numbersZh } from "./numbers"
import { screenZh } from "./screen"
import { qualityZh } from "./quality"
import { supervisorZh } from "./supervisor"
import { tablesZh } from "./tables"

/** The words of the console in Chinese; the other language has the same keys, or is refused. */
export const zh = {
  shell: {
    title: "热线工作台",
    skip: "跳到正文",
    menu: "主导航",
    signOut: "退出登录",
    language: "语言",
    theme: "配色",
    here: "已连接",
    away: "连接中断,正在重连",
    asking: "正在连接…",
    noServer: "系统暂时没有应答。",
    again: "重试",
    noPlace: "您的角色在工作台中还没有可用的页面。",
    nowhere: "没有这个页面",
    nowhereHint: "地址可能有误,或页面已经移走。",
    toCases: "返回工单列表",
  },
  place: {
    seat: "坐席",
    cases: "工单",
    map: "地图",
    supervisor: "班长台",
    evaluation: "评价",
    quality: "质检",
    field: "城管通",
    admin: "系统管理",
    wall: "大屏",
  },
  roles: {
    seat: "坐席",
    supervisor: "班长",
    dispatcher: "派遣员",
    handler: "承办单位",
    verifier: "核查员",
    patroller: "监督员",
    evaluator: "考评员",
    administrator: "系统管理员",
    screen: "大屏",
    public: "公众",
    operator: "本机程序",
  },
  languages: { zh: "中文", en: "English" },
  themes: { auto: "跟随系统", light: "浅色", dark: "深色", contrast: "高对比" },
  signIn: {
    title: "登录热线工作台",
    name: "账号",
    password: "密码",
    submit: "登录",
    provider: "统一认证登录",
    providerGoesOn: "已退出本系统,但统一认证平台仍处于登录状态;多人共用电脑时,请到该平台再退出一次。",
    wrong: "账号或密码不对。",
    tooMany: "密码错误次数过多,请 {n} 秒后再试。",
    linkOver: "此链接已用过或已过期,请重新获取,或用账号登录。",
    changeTitle: "首次登录,请设置自己的密码",
    changeHint: "至少 {n} 个字,不要求大小写或符号;几个互不相干的词最好记。",
    old: "当前密码",
    new: "新密码",
    repeat: "再输一次新密码",
    change: "设置密码",
    differ: "两次输入的新密码不一样。",
    weak: "新密码太短、太常见或与原密码相同,请换一个。",
  },
  fault: {
    away: "系统暂时没有应答,请稍后再试;您填写的内容仍在。",
    not_allowed: "您的角色不能这样做。",
    not_found: "没有找到,或不在您的范围内。",
    bad_input: "填写的内容有误:{detail}",
    impossible_move: "工单现在的状态不允许这样做。",
    other: "没有办成:{detail}",
  },
  line: { "12345": "政务服务", "110": "报警" },
  urgency: { ordinary: "普通", urgent: "特急" },
  kind: {
    咨询: "咨询", 求助: "求助", 投诉: "投诉", 举报: "举报", 建议: "建议", 表扬: "表扬", 催办: "催办", 无效: "无效",
  },
  step: {
    draft: "采集中", filed: "已立案", dispatched: "已派遣", returned: "退单待判", handling: "处理中",
    suspended: "挂账", reported: "已反馈", verified: "已核查", closed: "已结案", reopened: "重办",
    declined: "不予受理", merged: "已并单", void: "作废",
  },
  move: {
    open: "信息采集", file: "立案", answer: "直接答复", decline: "不予受理", discard: "作废",
    merge: "并单", unmerge: "撤销并单", dispatch: "派遣", accept: "接单", return: "退单",
    uphold_return: "退单成立", overrule_return: "退单不成立", forward: "转派", escalate: "上报",
    join: "增加协办", part: "取消协办", contribute: "协办反馈", ask_extension: "申请延期",
    grant_extension: "同意延期", refuse_extension: "不同意延期", suspend: "挂账", resume: "恢复办理",
    urge: "催办", supervise: "督办", report: "反馈", verify: "核查通过", reject: "核查不通过",
    close: "结案", reopen: "重办", note: "备注", relocate: "重新落格",
  },
  walk: {
    title: "办理过程", collect: "信息采集", file: "案卷建立", dispatch: "任务派遣",
    handle: "任务处理", report: "处理反馈", verify: "核查结案", evaluate: "综合评价",
    done: "已完成", now: "进行中", ahead: "未到", skipped: "略过", round: "第 {n} 轮",
  },
  purpose: {
    file: "立案", dispatch: "派遣", accept: "接单", return: "退单", hand_over: "上报", feedback: "反馈",
    verify: "核查", call_back: "回访", review: "挂账复核",
  },
  clock: {
    title: "时限", none: "没有正在计时的时限。", left: "剩余 {s}", overdue: "超期 {s}",
    still: "暂停计时", stopped: "已完成", due: "期限 {at}",
    day: "{n} 天", hour: "{n} 小时", minute: "{n} 分", under: "不到 1 分",
  },
  cases: {
    title: "工单", search: "查找", searchHint: "工单号,或工单内容中的词",
    step: "状态", standing: "办结", standings: { open: "未结", late: "超期未处置" }, cell: "网格代码",
    from: "受理从", to: "到(含)", line: "线路", urgency: "缓急", item: "事项", unit: "承办单位", all: "全部",
    clear: "清除条件", total: "共 {n} 件", more: "超过 {n} 件", none: "没有符合条件的工单。",
    loading: "正在读取…", end: "已到最后一件", undecided: "事项未定", nowhere: "地点未定",
    views: "工单的看法", view: { cases: "列表", board: "看板", map: "地图" },
    list: "工单列表,用上下键选择,回车打开", opened: "受理", due: "期限", place: "地点", number: "工单号",
  },
  board: {
    title: "工单看板", late: "超期 {n}", none: "无", all: "全部{step}", others: "另有:",
  },
  case: {
    back: "返回列表", undecided: "事项未定", unknown: "未知", opened: "受理时间", place: "地点",
    cell: "网格", unit: "承办单位", line: "线路", kind: "诉求类型", supervisor: "督办领导",
    rating: "回访评价", joint: "协办单位", urged: "催办次数", mergedInto: "并入",
    commands: "可办事项", noCommand: "您现在没有可办的事项。", attached: "附件 {n}",
    until: "至 {at}", ratings: { 1: "非常满意", 2: "满意", 3: "一般", 4: "不满意" },
  },
  command: {
    reason: "理由", note: "备注内容", optional: "(可不填)", unit: "承办单位", other: "工单号",
    leader: "督办领导", otherUnit: "单位", due: "新的期限", review: "复查时间", files: "附上材料",
    submit: "确认{move}", cancel: "取消", sending: "正在提交…", done: "已办理:{move}",
    missing: "请填写{field}。", leadsTo: "办理后:{step}",
    conflict: "在您填写期间,工单已有变化,尚未提交。您填写的内容仍在,请看过后再确认。",
    gone: "工单现在的状态已不能“{move}”。您填写的内容仍在,可复制后另行办理。",
  },
  files: {
    title: "附件", none: "没有附件。", add: "添加附件", adding: "正在上传 {name}…",
    hint: "图片、PDF、音视频、Word、Excel,最大 20 MB", save: "下载 {name}", failed: "{name} 没有传上:{why}",
  },
  phone: phoneZh,
  live: liveZh,
  seat: seatZh,
  supervisor: supervisorZh,
  field: fieldZh,
  numbers: numbersZh,
  map: mapZh,
  screen: screenZh,
  charts: chartsZh,
  evaluation: evaluationZh,
  quality: qualityZh,
  admin: adminZh,
  records: recordsZh,
  tables: tablesZh,
  prompts: promptsZh,
  county: countyZh,
}

export type Messages = typeof zh
