/**
 * Keeps one board current over the WebSocket: the board first, then everything that happens to it.
 * On a missed number, on silence and on a lost connection it starts again with a fresh board, so
 * nothing is ever shown twice or left out. See live.py for the messages.
 */

import { apply } from "./live_board.js";

const SILENCE_MS = 16_000; // three beats of the server and a little
const FIRST_PAUSE_MS = 400;
const LONGEST_PAUSE_MS = 8_000;

/**
 * Follow the live socket for as long as the page is open and somebody is signed in.
 * @param {string} url ws:// or wss://
 * @param {(board: object) => void} onBoard the newest board
 * @param {(wall: object) => void} onWall the newest queue wall
 * @param {(state: "connecting"|"live"|"lost") => void} onState how the connection stands
 * @param {(now: string) => void} onClock the server's UTC time, at first and at each beat
 * @param {() => Promise<boolean>} mayGoOn asked before connecting again; false ends it
 */
export function followLive(url, { onBoard, onWall, onState, onClock, mayGoOn }) {
  let pause = FIRST_PAUSE_MS;

  function connect() {
    const socket = new WebSocket(url);
    let [board, number, silence] = [null, 0, null];
    const listenOn = () => {
      clearTimeout(silence);
      silence = setTimeout(() => socket.close(), SILENCE_MS);
    };
    listenOn();

    socket.onmessage = (event) => {
      listenOn();
      const message = JSON.parse(event.data);
      number += 1;
      if (message.n !== number) {
        socket.close();
        return;
      }
      if (message.now) onClock(message.now);
      if (message.wall) onWall(message.wall);
      if (message.board) {
        board = message.board;
        pause = FIRST_PAUSE_MS;
        onState("live");
      } else if (message.fact || message.partial) {
        board = apply(board, message.fact ?? message.partial);
      } else return;
      onBoard(board);
    };

    socket.onclose = () => {
      clearTimeout(silence);
      onState("lost");
      setTimeout(again, pause * (0.75 + Math.random() / 2));
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
    };
  }

  async function again() {
    if (await mayGoOn()) connect();
  }

  onState("connecting");
  connect();
}
