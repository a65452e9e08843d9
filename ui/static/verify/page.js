// The page: a file chosen here is read here; nothing of it is sent anywhere.

const chosen = document.querySelector("#package");
const report = document.querySelector("#outcome");
const anchors = document.querySelector("#anchors").textContent;
const WORDS = { passed: ["✓", "通过"], failed: ["✗", "不通过"], unchecked: ["–", "未核"] };

function made(tag, text, className = "") {
  const element = document.createElement(tag);
  element.textContent = text;
  if (className) element.className = className;
  return element;
}

function stepLine({ checkId, title, result, detail }) {
  const line = made("li", "", `check-${result}`);
  line.dataset.check = checkId;
  line.dataset.result = result;
  const words = made("span", "");
  words.append(made("b", title), made("span", detail, "soft"));
  line.append(made("span", WORDS[result][0], "check-mark"), made("span", WORDS[result][1], "check-word"), words);
  return line;
}

function fileLine({ path, size, sha256, agrees }) {
  const line = made("li", "", agrees ? "check-passed" : "check-failed");
  line.dataset.file = path;
  const words = made("span", "");
  words.append(made("b", path), made("code", sha256 ? `SHA-256 ${sha256}` : "包内没有", "soft"));
  line.append(made("span", agrees ? "✓" : "✗", "check-mark"), made("span", size === null ? "缺失" : `${size.toLocaleString()} 字节`, "check-word"), words);
  return line;
}

function show({ steps, files, manifest }) {
  const failed = steps.some((step) => step.result === "failed");
  const open = steps.filter((step) => step.result === "unchecked").map((step) => step.title);
  const verdict = failed ? "核验未通过：不得作为证据使用" : `浏览器能核的都通过；尚有未核：${open.join("、")}`;
  const section = made("section", "", `report ${failed ? "report-bad" : "report-good"}`);
  section.dataset.verdict = failed ? "failed" : "passed";
  section.append(made("h2", verdict));
  if (manifest) section.append(made("p", `${manifest.url ?? manifest.title} · ${manifest.url === undefined ? "接收" : "固证"}时间（UTC）${manifest.started_at} 至 ${manifest.finished_at}`, "soft"));
  const list = made("ul", "", "checks");
  list.append(...steps.map(stepLine));
  section.append(list);
  if (files.length) {
    const each = made("ul", "", "checks");
    each.append(...files.map(fileLine));
    section.append(made("h2", "逐件"), each);
  }
  report.replaceChildren(section);
}

chosen.addEventListener("change", () => {
  const [file] = chosen.files;
  if (!file) return;
  report.replaceChildren(made("p", "正在核验…"));
  const worker = new Worker(chosen.dataset.worker, { type: "module" });
  worker.onmessage = ({ data }) => {
    if (data.outcome) {
      worker.terminate();
      show(data.outcome);
    } else report.firstElementChild.textContent = `正在核验… ${Math.round(data.share * 100)}%`;
  };
  worker.onerror = () => report.replaceChildren(made("p", "核验程序未能运行：请换用较新的浏览器，或用 verify.py", "warn"));
  worker.postMessage({ file, anchors });
});
