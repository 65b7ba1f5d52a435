// Opened from a folder, a page may begin no worker: the search runs in a frame then. The theme looks for a
// worker of this name, and hands over the scripts of languages one after another.
if (location.protocol === "file:") {
  window.IFrameWorker = window.Worker = class extends EventTarget {
    constructor(address) {
      super();
      this.inside = new Promise((resolve) => {
        const frame = document.createElement("iframe");
        frame.hidden = true;
        frame.srcdoc = "<!doctype html><title>Search</title>";
        frame.onload = async () => {
          const inside = frame.contentWindow;
          const load = (source) =>
            new Promise((done, failed) => {
              const script = inside.document.createElement("script");
              Object.assign(script, { src: source, onload: done, onerror: failed });
              inside.document.body.append(script);
            });
          inside.postMessage = (data) => this.dispatchEvent(new MessageEvent("message", { data }));
          inside.importScripts = async (...sources) => {
            for (const source of sources) await load(source);
          };
          await load(new URL(address, location.href).href);
          resolve(inside);
        };
        document.body.append(frame);
      });
    }

    async postMessage(data) {
      const inside = await this.inside;
      inside.dispatchEvent(new inside.MessageEvent("message", { data }));
    }
  };
}
