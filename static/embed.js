// <dynascope-sandbox>: a live Dynascope in a page of documentation. Load it by <script src="https://…/embed.js" defer></script>.
//
//   <dynascope-sandbox src="https://…/#d=1.…" view="query" height="520" theme="dark" panels="data query heat"></dynascope-sandbox>
//   <dynascope-sandbox view="data"><script type="application/json">{"dynascope": 3, …}</script></dynascope-sandbox>
//
// Attributes: `src` a Dynascope link, `view` the page that is shown, `height` in pixels or `auto`, `theme` light, dark or system,
// `panels` the pages that the reader may choose from, `lesson` and `step` a lesson beside the page, `read-only` the reader looks and changes
// nothing (this page's own requests go on), `autorun` what the page is for goes on by itself: its request, or its traffic. A design inside goes
// before `src`.
// Methods: request(operation, request) gives the answer or throws with `name` and `body`; setDesign(design); setView(page, table, index);
// step(event); setTheme(theme); requestHandler() for the AWS SDK for JavaScript v3. `ready` is a promise.
// Events, with `detail`: dynascope-ready, dynascope-event ({events}), dynascope-refused ({reason}).
{
  const VERSION = 1;
  // A larger message is not read by the sandbox, not even for its number.
  const MESSAGE_MAX_BYTES = 16 << 20;
  const site = new URL(".", document.currentScript.src);

  class Sandbox extends HTMLElement {
    static observedAttributes = ["view", "height", "theme"];
    #frame;
    #next = 1;
    #waiting = new Map();
    #told = event => this.#take(event);
    // Whether the sandbox listens, and whether its design is there.
    #listen;
    #listens = new Promise(resolve => (this.#listen = resolve));
    #begin;
    #heard = false;
    #begun = false;
    // Counts how often it was put into the page, or taken out.
    #round = 0;
    ready = new Promise(resolve => (this.#begin = resolve));

    connectedCallback() {
      window.addEventListener("message", this.#told);
      // What is moved in its page begins anew: the browser loads the frame again.
      if (this.#frame) return void this.#open();
      const frame = document.createElement("iframe");
      frame.title = this.title || "Dynascope sandbox";
      frame.loading = "lazy";
      frame.allow = "clipboard-write";
      frame.style.cssText = "display:block;width:100%;border:1px solid #8884;border-radius:6px;box-sizing:border-box";
      frame.src = this.#address();
      this.#frame = frame;
      this.#size(this.getAttribute("height") ?? "520");
      (this.shadowRoot ?? this.attachShadow({ mode: "open" })).append(frame);
      this.#open();
    }

    // A design that is refused leaves the sandbox empty. What is moved meanwhile begins anew.
    async #open() {
      const round = ++this.#round;
      await this.#listens;
      try {
        const design = round === this.#round && this.#design();
        if (design) await this.setDesign(design);
      } catch (error) {
        if (round === this.#round) this.#dispatch("refused", { reason: error.message });
      }
      if (round !== this.#round) return;
      this.#begin(this);
      this.#begun = true;
      this.#dispatch("ready", {});
    }

    disconnectedCallback() {
      window.removeEventListener("message", this.#told);
      const reason = { message: "The sandbox was taken out of its page." };
      this.#waiting.forEach(answer => answer({ status: 500, body: reason }));
      this.#waiting.clear();
      this.#round++;
      if (this.#heard) this.#listens = new Promise(resolve => (this.#listen = resolve));
      if (this.#begun) this.ready = new Promise(resolve => (this.#begin = resolve));
      this.#heard = this.#begun = false;
    }

    attributeChangedCallback(name, before, now) {
      if (!this.#frame || before === now) return;
      if (name === "height") this.#size(now ?? "520");
      if (name === "theme") this.setTheme(now ?? "system");
      if (name === "view") this.setView(now ?? "query");
    }

    #design() {
      const script = this.querySelector('script[type="application/json"]');
      return script && JSON.parse(script.textContent);
    }

    #address() {
      const src = this.getAttribute("src");
      const address = new URL(src ?? site, document.baseURI);
      if (address.protocol !== "https:" && address.protocol !== "http:") throw new TypeError(`src is no link to Dynascope: ${src}`);
      const query = address.searchParams;
      query.set("embed", "");
      query.set("embed-origin", location.origin);
      for (const name of ["lesson", "step"]) if (this.hasAttribute(name)) query.set(name, this.getAttribute(name));
      // Which page stands beside a lesson, the lesson says.
      query.set("page", this.getAttribute("view") ?? query.get("page") ?? (query.has("lesson") ? "start" : "query"));
      if (this.hasAttribute("panels")) query.set("embed-panels", this.getAttribute("panels"));
      for (const name of ["read-only", "autorun"]) if (this.hasAttribute(name)) query.set(`embed-${name}`, "");
      return address.href;
    }

    #size(height) {
      if (height !== "auto") this.#frame.style.height = `${Number.parseInt(height, 10) || 520}px`;
    }

    #dispatch(name, detail) {
      this.dispatchEvent(new CustomEvent(`dynascope-${name}`, { detail, bubbles: true }));
    }

    // Only what this element's own frame says, and says from the site that it was given.
    #take({ source, origin, data }) {
      if (source !== this.#frame?.contentWindow || origin !== new URL(this.#frame.src).origin) return;
      if (data?.dynascope !== VERSION) return;
      if (data.type === "ready") {
        if (this.hasAttribute("theme")) this.#post({ type: "theme", theme: this.getAttribute("theme") });
        this.#heard = true;
        this.#listen();
      } else if (data.type === "response") {
        this.#waiting.get(data.id)?.(data);
        this.#waiting.delete(data.id);
      } else if (data.type === "event") {
        this.#dispatch("event", { events: data.events });
      } else if (data.type === "height" && this.getAttribute("height") === "auto") {
        this.#frame.style.height = `${data.pixels + 2}px`;
      } else if (data.type === "refused") {
        this.#waiting.get(data.id)?.({ status: 400, body: { message: data.reason } });
        this.#waiting.delete(data.id);
        this.#dispatch("refused", { reason: data.reason });
      }
    }

    #post(message) {
      this.#frame.contentWindow.postMessage({ dynascope: VERSION, ...message }, new URL(this.#frame.src).origin);
    }

    async #ask(message) {
      await this.#listens;
      const id = this.#next++;
      if (new Blob([JSON.stringify(message)]).size > MESSAGE_MAX_BYTES - 64) {
        return { status: 400, body: { message: `A message has at most ${MESSAGE_MAX_BYTES} bytes.` } };
      }
      return new Promise(resolve => {
        this.#waiting.set(id, resolve);
        this.#post({ ...message, id });
      });
    }

    async request(operation, request = {}) {
      await this.ready;
      const { status, body } = await this.#ask({ type: "request", operation, request });
      if (status === 200) return body;
      const name = String(body.__type ?? "InternalServerError").split("#").pop();
      throw Object.assign(new Error(body.message ?? body.Message ?? name), { name, body });
    }

    async setDesign(design) {
      const { status, body } = await this.#ask({ type: "set-design", design });
      if (status !== 200) throw new Error(body.message);
    }

    async setView(page, table, index) {
      await this.ready;
      this.#post({ type: "set-view", page, table, index });
    }

    async step(event) {
      await this.ready;
      this.#post({ type: "step", event });
    }

    async setTheme(theme) {
      await this.ready;
      this.#post({ type: "theme", theme });
    }

    // new DynamoDBClient({ region: "us-east-1", credentials: …, requestHandler: sandbox.requestHandler() })
    requestHandler() {
      return {
        handle: async ({ headers, body }) => {
          await this.ready;
          const target = Object.entries(headers).find(([name]) => name.toLowerCase() === "x-amz-target")[1];
          const text = typeof body === "string" ? body : new TextDecoder().decode(body);
          const operation = target.split(".").pop();
          const answer = await this.#ask({ type: "request", operation, request: JSON.parse(text) });
          const answered = new Blob([JSON.stringify(answer.body)]);
          const type = { "content-type": "application/x-amz-json-1.0" };
          return { response: { statusCode: answer.status, headers: type, body: answered } };
        },
      };
    }
  }

  // Each snippet brings this script: the first one defines it.
  if (!customElements.get("dynascope-sandbox")) customElements.define("dynascope-sandbox", Sandbox);
}
