/** Words of the prompts' section. */
export const promptsZh = {
  hint: "市民听到的每句话:合成语音,或换成真人录音。录音要求 WAV、16 位、单声道,8、16、44.1 或 48 kHz;下一通来电起使用。",
  language: "播报语言", zh: "普通话", en: "英语", name: "名称", text: "文字", how: "来源", length: "时长", tone: "提示音(哔)",
  isRecorded: "录音", isSpoken: "合成", stale: "文字已改,录音未改", play: "试听", stop: "停止", replace: "换成录音", restore: "恢复合成",
  restoreSure: "现在的录音会被删除。", recorded: "{name} 已换成录音。", restored: "{name} 已恢复为合成语音。",
  noWav: "{name} 不是 WAV 文件:请另存为 WAV,16 位。", tooLarge: "{name} 超过 10 MB:请剪短,或另存为 16 kHz。",
  sentences: "带空格的句子", sentencesHint: "大括号处在通话时填入;句子按空格分成几段,上面各段可分别换成录音。下面填上样例即可试听整句。",
  gaps: { duration: "分钟", place: "排队位次", digits: "编号数字", state: "办理状态", unit: "承办单位", moment: "日期和时间" },
}

export const promptsEn: typeof promptsZh = {
  hint: "All that callers hear: spoken by a synthetic voice, or recorded. A recording is WAV, 16 bit, mono, at 8, 16, 44.1 or 48 kHz; it counts from the next call on.",
  language: "Spoken language", zh: "Mandarin", en: "in English", name: "Name", text: "Text", how: "From", length: "Length", tone: "a tone",
  isRecorded: "recorded", isSpoken: "spoken", stale: "text changed since", play: "Play", stop: "Stop", replace: "Put a recording in its place", restore: "Speak it again",
  restoreSure: "The present recording is deleted.", recorded: "{name} is a recording now.", restored: "{name} is spoken now.",
  noWav: "{name} is no WAV file: save it as WAV, 16 bit.", tooLarge: "{name} has more than 10 MB: cut it, or save it at 16 kHz.",
  sentences: "Sentences with gaps", sentencesHint: "What stands in braces is filled in at the call; each stretch between gaps is a prompt of its own, above. Choose samples to hear the whole.",
  gaps: { duration: "Minutes", place: "Place in line", digits: "Digits of a number", state: "State of a case", unit: "Unit", moment: "Day and time" },
}
