// Asked for before the worker that answers in this place had begun: ask again when it has, which it does at once.
const times = Number(sessionStorage.getItem("waited") ?? 0);
if (times < 5) {
  sessionStorage.setItem("waited", String(times + 1));
  navigator.serviceWorker?.ready.then(() => location.reload());
} else {
  sessionStorage.removeItem("waited");
  document.getElementById("waiting").textContent = "浏览器没有启动回放。请刷新本页再试，或以截图与证据包为准。";
}
