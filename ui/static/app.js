// Keyboard, copy buttons and the help dialog. Every page works without this file.

const typing = (element) =>
  element.closest("input:not([type=checkbox]), textarea, select, dialog, [contenteditable]") !== null;
const off = "wangjian.keys.off";

function keysOn() {
  try {
    return localStorage.getItem(off) === null;
  } catch {
    return true;
  }
}

function setKeys(on) {
  try {
    if (on) localStorage.removeItem(off);
    else localStorage.setItem(off, "1");
  } catch {
    // Private windows may keep nothing: the choice then lasts for the page.
  }
  document.documentElement.classList.toggle("with-keys", on);
}

const rows = () => [...document.querySelectorAll("[data-row]")];

function moveCursor(by) {
  const all = rows();
  if (all.length === 0) return false;
  const at = all.findIndex((row) => row.classList.contains("cursor"));
  const to = at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + by));
  if (at >= 0) all[at].classList.remove("cursor");
  all[to].classList.add("cursor");
  all[to].scrollIntoView({ block: "nearest" });
  all[to].querySelector("[data-open]")?.focus({ preventScroll: true });
  return true;
}

function openCurrent(hash = "") {
  const link = document.querySelector("[data-row].cursor [data-open]");
  if (!link) return false;
  location.href = link.href + hash;
  return true;
}

function follow(selector) {
  const link = document.querySelector(selector);
  if (!link) return false;
  link.click();
  return true;
}

let pending = null;

function prepare(key) {
  const form = document.querySelector("[data-act]");
  const button = form?.querySelector(`[data-key="${key}"]`);
  if (!button) return false;
  pending?.classList.remove("pending");
  pending = button;
  button.classList.add("pending");
  form.querySelector("[name=reason]").focus();
  return true;
}

function capture() {
  const form = document.querySelector("[data-capture]");
  if (!form) return false;
  form.requestSubmit();
  return true;
}

function toggleHelp() {
  const help = document.getElementById("help");
  if (!help) return false;
  if (help.open) help.close();
  else help.showModal();
  return true;
}

function search() {
  const box = document.querySelector("[data-search]");
  if (!box) {
    location.href = "/leads";
    return true;
  }
  box.focus();
  box.select();
  return true;
}

const onList = () => rows().length > 0 && !document.querySelector("[data-act], [data-capture]");

const actions = {
  "/": search,
  "?": toggleHelp,
  j: () => (onList() ? moveCursor(1) : follow("[data-next]")),
  k: () => (onList() ? moveCursor(-1) : follow("[data-prev]")),
  o: () => openCurrent() || follow("[data-evidence]"),
  a: () => prepare("a") || openCurrent("#do-a"),
  x: () => prepare("x") || openCurrent("#do-x"),
  e: () => capture() || openCurrent("#do-e"),
};

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape" && typing(event.target)) {
    pending?.classList.remove("pending");
    pending = null;
    event.target.blur();
    return;
  }
  if (event.key === "Enter" && event.target.name === "reason" && pending) {
    event.preventDefault();
    event.target.form.requestSubmit(pending);
    return;
  }
  if (typing(event.target) || !keysOn()) return;
  const action = actions[event.key];
  if (action && action()) event.preventDefault();
});

// A step that must have its reason is held here: sent without one it came back as another page, the key pressed forgotten.
const reasonOf = (form) => form?.elements.namedItem("reason");
document.addEventListener("submit", (event) => {
  const reason = reasonOf(event.target);
  if (!event.submitter?.matches("[data-reasoned]") || !reason || reason.value.trim()) return;
  event.preventDefault();
  reason.setCustomValidity(`“${event.submitter.value}”须写明原因`);
  reason.reportValidity();
});
for (const change of ["input", "keydown", "pointerdown"])
  document.addEventListener(change, () => reasonOf(document.querySelector("[data-act]"))?.setCustomValidity(""), true);

// Columns of time: one stop of the Tab key, arrows from there.
document.addEventListener("keydown", (event) => {
  const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  const bar = by && event.target.closest?.("[data-bars] svg a");
  if (!bar) return;
  const bars = [...bar.parentNode.querySelectorAll("a")];
  const to = bars[bars.indexOf(bar) + by];
  if (!to) return;
  event.preventDefault();
  bar.setAttribute("tabindex", "-1");
  to.removeAttribute("tabindex");
  to.focus();
});

document.addEventListener("click", async (event) => {
  const copy = event.target.closest("[data-copy]");
  if (copy) {
    await navigator.clipboard.writeText(copy.dataset.copy);
    copy.textContent = "已复制";
    setTimeout(() => (copy.textContent = "复制"), 1500);
  } else if (event.target.closest("[data-help]")) {
    toggleHelp();
  }
});

function countTicked() {
  const ticked = document.querySelectorAll("[data-tick]:checked").length;
  const said = document.querySelector("[data-ticked]");
  if (said) said.textContent = ticked ? ` ${ticked} 条` : "";
  const all = document.querySelector("[data-tick-all]");
  if (all) all.checked = ticked > 0 && ticked === document.querySelectorAll("[data-tick]").length;
}

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-tick-all]"))
    for (const box of document.querySelectorAll("[data-tick]")) box.checked = event.target.checked;
  if (event.target.matches("[data-tick], [data-tick-all]")) countTicked();
});

document.getElementById("keys-on")?.addEventListener("change", (event) => setKeys(event.target.checked));

const narrow = matchMedia("(max-width: 860px)");
const foldRail = () => document.querySelector(".rail-fold")?.toggleAttribute("open", !narrow.matches);
document.addEventListener("htmx:afterSwap", (event) => {
  foldRail();
  document.getElementById("report")?.focus({ preventScroll: false });
  if (event.detail.target?.id === "found") window.scrollTo({ top: 0 });
});

// Without this a click on a facet does nothing at all when the server or the network is away, and the old page looks new.
const unreached = document.getElementById("unreached");
const sayUnreached = (words) => {
  if (!unreached) return;
  unreached.textContent = words;
  unreached.hidden = words === "";
};
for (const lost of ["htmx:sendError", "htmx:timeout"])
  document.addEventListener(lost, () => sayUnreached("没有连上服务器：页面没有更新，仍是刚才的内容。连上以后再试一次。"));
document.addEventListener("htmx:responseError", (event) =>
  sayUnreached(`服务器没有完成（${event.detail.xhr.status}）：页面没有更新，仍是刚才的内容。重新打开本页再试。`),
);
document.addEventListener("htmx:afterSwap", () => sayUnreached(""));

document.querySelector(".bar nav [aria-current]")?.scrollIntoView({ inline: "nearest", block: "nearest" });
setKeys(keysOn());
const choice = document.getElementById("keys-on");
if (choice) choice.checked = keysOn();
foldRail();
if (location.hash === "#do-a") prepare("a");
if (location.hash === "#do-x") prepare("x");
