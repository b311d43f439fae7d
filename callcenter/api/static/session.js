/** Signing in: by a link's code, by a session that lasts, or by the form; and a first password's change. */

import { h, patch } from "./dom.js";
import { wordsOf } from "./words.js";

const ADDRESS = "/api/v1/session";
const AWAY_MS = 1_500;
const GOES_ON = "callcenter.provider-goes-on";

let hasProvider = false; // people may sign in by OpenID Connect

/** Who is signed in; null: nobody. Where the server does not answer, it counts as unchanged. */
export async function signedIn() {
  try {
    const answer = await fetch(ADDRESS);
    return answer.ok ? await answer.json() : answer.status === 401 ? null : undefined;
  } catch {
    return undefined;
  }
}

/** Sign out, here and at the provider where that is possible; where it is not, the next page says so. */
export async function signOut() {
  const answer = await fetch(ADDRESS, { method: "DELETE" });
  const told = answer.ok ? await answer.json() : {};
  if (told.provider_goes_on) sessionStorage.setItem(GOES_ON, "1");
  if (told.go_to) location.assign(told.go_to);
  return told;
}

/** What to tell whom the provider keeps signed in; once. */
function providerGoesOn() {
  const goesOn = sessionStorage.getItem(GOES_ON);
  sessionStorage.removeItem(GOES_ON);
  return goesOn ? "providerGoesOn" : null;
}

/** Resolves with who is signed in, once somebody is who may watch. */
export async function enter(language) {
  const place = document.getElementById("gate");
  let told = (await useLink()) ?? providerGoesOn();
  let who = await signedIn();
  while (who === undefined) {
    await new Promise((later) => setTimeout(later, AWAY_MS));
    who = await signedIn();
  }
  const words = wordsOf(language);
  document.documentElement.lang = language === "en" ? "en" : "zh-CN";
  while (who === null || who.must_change || !who.rights.includes("watch")) {
    document.body.dataset.gate = "closed";
    document.title = words.signInTitle;
    if (who === null) {
      hasProvider = await openIdIsThere();
      const answer = await asked(place, words, signInForm, told);
      [who, told] = [answer.who, answer.told];
    } else if (who.must_change) {
      const form = changeForm(who.password_characters);
      const answer = await asked(place, words, form, told);
      [who, told] = [answer.who ?? who, answer.told];
    } else {
      await asked(place, words, otherForm, words.noWatch);
      await signOut();
      [who, told] = [null, providerGoesOn()];
    }
  }
  delete document.body.dataset.gate;
  patch(place);
  return who;
}

/** Whether the site has a provider of OpenID Connect; a refusal from it is a page of its own. */
async function openIdIsThere() {
  try {
    return (await (await fetch("/api/v1/health")).json()).openid === true;
  } catch {
    return hasProvider;
  }
}

/** Through the provider and back to this page. */
const providerLink = (words) => h("a", {
  href: `${ADDRESS}/openid?next=${encodeURIComponent(location.pathname + location.search)}`,
}, words.openId);

/** A link's code is in the part of the address that is never sent; used, it is taken out. */
async function useLink() {
  const code = new URLSearchParams(location.hash.slice(1)).get("enter");
  if (!code) return null;
  history.replaceState(null, "", location.pathname + location.search);
  const answer = await post(`${ADDRESS}/code`, { code });
  return answer.ok ? null : "linkOver";
}

/** Show a form until it was sent and answered; gives who is signed in then, or what to tell. */
function asked(place, words, form, told) {
  return new Promise((resolve) => {
    const onSubmit = async (event) => {
      event.preventDefault();
      const given = Object.fromEntries(new FormData(event.target));
      resolve(await form.send(given, words));
    };
    const shown = words[told] ?? told;
    patch(place, h("form.card.sign", { key: `${form.name}${Date.now()}`, onSubmit },
      h("div.logo", { "aria-hidden": "true" }, "12345"), form.draw(words),
      h("p.bad", { role: "alert" }, shown ?? ""),
      h("button.go", { type: "submit" }, form.button(words)),
      h("a.soft", { href: isEnglish() ? location.pathname : "?lang=en" }, words.language)));
    place.querySelector("input")?.focus();
  });
}

const isEnglish = () => document.documentElement.lang === "en";

const field = (label, name, type, autocomplete) => h("label", {}, h("span", {}, label),
  h("input", { name, type, autocomplete, required: true }));

const signInForm = {
  name: "sign-in",
  button: (words) => words.signIn,
  draw: (words) => [
    h("h1", {}, words.signInTitle), field(words.name, "name", "text", "username"),
    field(words.password, "password", "password", "current-password"),
    hasProvider ? providerLink(words) : null,
  ],
  async send({ name, password }, words) {
    const answer = await post(ADDRESS, { name: name.trim(), password });
    if (answer.ok) return { who: await answer.json(), told: null };
    return { who: null, told: refusal(answer, words, words.wrong) };
  },
};

const changeForm = (least) => ({
  name: "change",
  button: (words) => words.change,
  draw: (words) => [
    h("h1", {}, words.changeTitle), h("p.soft", {}, words.changeHint.replace("{n}", least)),
    field(words.oldPassword, "old", "password", "current-password"),
    field(words.newPassword, "new", "password", "new-password"),
    field(words.again, "again", "password", "new-password"),
  ],
  async send({ old, new: wanted, again }, words) {
    if (wanted !== again) return { told: words.differ };
    const answer = await post(`${ADDRESS}/password`, { old, new: wanted });
    if (answer.ok) return { who: await answer.json(), told: null };
    return { told: refusal(answer, words, answer.status === 422 ? words.refused : words.wrong) };
  },
});

const otherForm = {
  name: "other",
  button: (words) => words.signOut,
  draw: (words) => h("h1", {}, words.signInTitle),
  send: async () => ({}),
};

function refusal(answer, words, otherwise) {
  if (answer.status === 429) return words.tooMany.replace("{n}", answer.headers.get("Retry-After"));
  return answer.status >= 500 ? words.away : otherwise;
}

async function post(path, body) {
  const told = { method: "POST", headers: { "Content-Type": "application/json" } };
  try {
    return await fetch(path, { ...told, body: JSON.stringify(body) });
  } catch {
    return new Response(null, { status: 503 });
  }
}
