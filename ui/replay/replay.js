// Says why nothing is drawn, where a browser cannot replay.
const said = document.getElementById("replay-said");
if (!window.isSecureContext) {
  said.textContent = "浏览器只在 HTTPS 或本机地址上允许回放。请为回放配置 HTTPS（console.replay_origin），或以截图与证据包为准。";
} else if (!("serviceWorker" in navigator)) {
  said.textContent = "本浏览器或隐私窗口不支持回放所需的 Service Worker。请换一个窗口，或以截图与证据包为准。";
} else {
  said.hidden = true;
}
