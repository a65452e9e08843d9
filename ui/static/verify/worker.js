// Off the page's own thread, so that the page answers while a large package is read.

import { examine } from "./checks.js";

self.onmessage = async ({ data: { file, anchors } }) => {
  let last = 0;
  const progress = (share) => {
    if (share - last < 0.01) return;
    last = share;
    self.postMessage({ share });
  };
  self.postMessage({ outcome: await examine(file, anchors, progress) });
};
