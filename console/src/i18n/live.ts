/** Words for how a live feed stands; see live/socket.ts. */
export const liveZh = {
  connecting: "正在连接实时信息",
  here: "实时信息已连接",
  lost: "实时信息中断,正在重连;您填写的内容不会丢失。",
  refused: "服务器不再提供实时信息:可能已退出登录,或权限已变。请重新登录。",
}

export const liveEn: typeof liveZh = {
  connecting: "Connecting to live news",
  here: "Live",
  lost: "Live news is cut off; connecting again. What you typed is kept.",
  refused: "The server gives no live news any more: signed out, or the right is gone. Please sign in again.",
}
