import { adminEn } from "./admin"
import { countyEn } from "./county"
import { phoneEn } from "./phone"
import { liveEn } from "./live"
import { mapEn } from "./map"
import { promptsEn } from "./prompts"
import { recordsEn } from "./records"
import { seatEn } from "./seat"
import { chartsEn, evaluationEn } from "./evaluation"
import { fieldEn } from "./field"
import { numbersEn } from "./numbers"
import { screenEn } from "./screen"
import { qualityEn } from "./quality"
import { supervisorEn } from "./supervisor"
import { tablesEn } from "./tables"
import type { Messages } from "./zh"

export const en: Messages = {
  shell: {
    title: "Hotline console",
    skip: "Skip to content",
    menu: "Main",
    signOut: "Sign out",
    language: "Language",
    theme: "Colours",
    here: "Connected",
    away: "Connection lost, trying again",
    asking: "Connecting…",
    noServer: "The system does not answer now.",
    again: "Try again",
    noPlace: "The console has no page for your roles yet.",
    nowhere: "There is no such page",
    nowhereHint: "The address may be wrong, or the page has moved.",
    toCases: "Back to the cases",
  },
  place: {
    seat: "Seat",
    cases: "Cases",
    map: "Map",
    supervisor: "Supervisor",
    evaluation: "Evaluation",
    quality: "Quality",
    field: "Field page",
    admin: "Administration",
    wall: "Wall",
  },
  roles: {
    seat: "Seat",
    supervisor: "Supervisor",
    dispatcher: "Dispatcher",
    handler: "Handler",
    verifier: "Verifier",
    patroller: "Patroller",
    evaluator: "Evaluator",
    screen: "Big screen",
    administrator: "Administrator",
    public: "Public",
    operator: "This machine's programs",
  },
  languages: { zh: "中文", en: "English" },
  themes: { auto: "As the system", light: "Light", dark: "Dark", contrast: "High contrast" },
  signIn: {
    title: "Sign in to the hotline",
    name: "Account",
    password: "Password",
    submit: "Sign in",
    provider: "Single sign-on",
    providerGoesOn: "You are signed out here, but still signed in at the single sign-on: on a shared computer, sign out there, too.",
    wrong: "Account and password do not belong together.",
    tooMany: "Too many wrong passwords: try again in {n} s.",
    linkOver: "This link was used or is too old: get a new one, or sign in.",
    changeTitle: "Choose a password of your own",
    changeHint: "At least {n} characters; a few unrelated words are easiest to remember.",
    old: "Present password",
    new: "New password",
    repeat: "New password again",
    change: "Set password",
    differ: "The two new passwords differ.",
    weak: "Too short, too common, or the old one: choose another.",
  },
  fault: {
    away: "The system does not answer now. Try again; what you typed is still here.",
    not_allowed: "Your roles do not include this.",
    not_found: "Not found, or not yours to see.",
    bad_input: "Something is wrong: {detail}",
    impossible_move: "The case stands where this is not possible.",
    other: "Not done: {detail}",
  },
  line: { "12345": "Services", "110": "Police" },
  urgency: { ordinary: "Ordinary", urgent: "Urgent" },
  kind: {
    咨询: "Consultation", 求助: "Request", 投诉: "Complaint", 举报: "Report", 建议: "Suggestion",
    表扬: "Praise", 催办: "Urging", 无效: "Invalid",
  },
  step: {
    draft: "Draft", filed: "Filed", dispatched: "Dispatched", returned: "Returned",
    handling: "Handling", suspended: "Suspended", reported: "Reported", verified: "Verified",
    closed: "Closed", reopened: "Reopened", declined: "Declined", merged: "Merged", void: "Void",
  },
  move: {
    open: "Collect", file: "File", answer: "Answer on the spot", decline: "Decline",
    discard: "Discard", merge: "Merge", unmerge: "Undo merge", dispatch: "Dispatch",
    accept: "Accept", return: "Return", uphold_return: "Uphold return",
    overrule_return: "Overrule return", forward: "Forward", escalate: "Escalate",
    join: "Add a unit", part: "Remove a unit", contribute: "Report a share",
    ask_extension: "Ask for extension", grant_extension: "Grant extension",
    refuse_extension: "Refuse extension", suspend: "Suspend", resume: "Resume", urge: "Urge",
    supervise: "Supervise", report: "Report back", verify: "Verify", reject: "Reject",
    close: "Close", reopen: "Reopen", note: "Note", relocate: "Relocate",
  },
  walk: {
    title: "History", collect: "Collect", file: "File", dispatch: "Dispatch", handle: "Handle",
    report: "Report back", verify: "Verify, close", evaluate: "Evaluate",
    done: "done", now: "now", ahead: "to come", skipped: "skipped", round: "Round {n}",
  },
  purpose: {
    file: "File", dispatch: "Dispatch", accept: "Accept", return: "Return", hand_over: "Hand over",
    feedback: "Report back", verify: "Verify", call_back: "Call back", review: "Review",
  },
  clock: {
    title: "Clocks", none: "No clock is running.", left: "{s} left", overdue: "{s} overdue",
    still: "standing still", stopped: "done", due: "due {at}",
    day: "{n} d", hour: "{n} h", minute: "{n} min", under: "under 1 min",
  },
  cases: {
    title: "Cases", search: "Find", searchHint: "Number, or words of the case",
    step: "State", standing: "To do", standings: { open: "Open", late: "Late with its unit" },
    cell: "Cell code", from: "Opened from", to: "To (included)", line: "Line", urgency: "Urgency", item: "Item", unit: "Unit", all: "All",
    clear: "Clear filters", total: "{n} cases", more: "more than {n} cases",
    none: "No case fits.", loading: "Loading…", end: "That was the last one",
    views: "Ways to look at cases", view: { cases: "List", board: "Board", map: "Map" },
    undecided: "Item not decided", nowhere: "Place not known",
    list: "Cases: choose with the arrow keys, open with Enter",
    opened: "Opened", due: "Due", place: "Place", number: "Number",
  },
  board: {
    title: "Board of cases", late: "{n} late", none: "none", all: "All {step}", others: "Besides:",
  },
  case: {
    back: "Back to the list", undecided: "Item not decided", unknown: "not known",
    opened: "Opened", place: "Place", cell: "Cell", unit: "Unit", line: "Line", kind: "Kind",
    supervisor: "Supervised by", rating: "Rating", joint: "Beside the lead", urged: "Urged",
    mergedInto: "Merged into", commands: "What you can do", noCommand: "Nothing for you to do now.",
    attached: "{n} attached", until: "until {at}",
    ratings: { 1: "Very satisfied", 2: "Satisfied", 3: "Fair", 4: "Dissatisfied" },
  },
  command: {
    reason: "Reason", note: "Note", optional: "(optional)", unit: "Unit", other: "Case number",
    leader: "Leader", otherUnit: "Unit", due: "New deadline", review: "Day of review",
    files: "Attach", submit: "{move}", cancel: "Cancel", sending: "Sending…",
    done: "Done: {move}", missing: "{field} is missing.", leadsTo: "Then: {step}",
    conflict:
      "The case has moved while you typed, and nothing was sent. What you typed is still here: look and confirm.",
    gone: "“{move}” is not possible any more. What you typed is still here to be copied.",
  },
  files: {
    title: "Attachments", none: "No attachments.", add: "Add a file", adding: "Sending {name}…",
    hint: "Pictures, PDF, sound, video, Word, Excel; 20 MB at most", save: "Save {name}",
    failed: "{name} was not taken: {why}",
  },
  phone: phoneEn,
  live: liveEn,
  seat: seatEn,
  supervisor: supervisorEn,
  field: fieldEn,
  numbers: numbersEn,
  map: mapEn,
  screen: screenEn,
  charts: chartsEn,
  evaluation: evaluationEn,
  quality: qualityEn,
  admin: adminEn,
  records: recordsEn,
  tables: tablesEn,
  prompts: promptsEn,
  county: countyEn,
}
