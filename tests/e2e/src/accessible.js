// What is asked of a screen: axe-core's rules, and what it does not ask. In every document before its own scripts (`accessible.rs`).
globalThis.accessible = (() => {
  const LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
  // Off by default, for it is of WCAG 2.2.
  const RULES = { "target-size": { enabled: true } };
  const STOPS = "a[href], button, input, select, textarea, summary, [tabindex]:not([tabindex='-1'])";
  const inside = "a[href], button, input, select, textarea, summary, label, option, [tabindex], [role=option], [role=row], [role=gridcell]";

  const frame = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  const shown = (element) => element.checkVisibility({ visibilityProperty: true }) && element.getClientRects().length > 0;
  const all = (css) => [...document.querySelectorAll(css)].filter(shown);
  const named = (element) => {
    const text = element.cloneNode(false).outerHTML;
    return text.length > 180 ? `${text.slice(0, 180)}…` : text;
  };

  /** What axe-core finds, a line each; of the theme alone where only the theme is another one. */
  async function axe_(only) {
    const runOnly = only ? { type: "rule", values: only } : { type: "tag", values: LEVELS };
    const { violations } = await axe.run(document, { runOnly, rules: only ? undefined : RULES, resultTypes: ["violations"], iframes: false });
    return violations.flatMap(({ id, nodes }) =>
      nodes.slice(0, 6).map(({ target, html, failureSummary }) => `${id} (${nodes.length}): ${target.join(" ")} ${html.slice(0, 140)} ${failureSummary.replaceAll("\n", " ")}`),
    );
  }

  /** Pictures that neither have a name nor are kept from those who cannot see them. */
  const pictures = () =>
    all("svg, canvas, img")
      // What presents nothing itself has its parts for that.
      .filter((picture) => !picture.closest("[aria-hidden=true]") && picture.getAttribute("role") !== "presentation")
      .filter((picture) => !(picture.getAttribute("role") && (picture.getAttribute("aria-label") || picture.getAttribute("aria-labelledby"))))
      .filter((picture) => !picture.getAttribute("alt"))
      .map((picture) => `a picture without a text: ${named(picture)} in ${named(picture.parentElement)}`);

  /** What takes a click and no key. */
  const unreachable = () =>
    all("main *, header *, nav *, dialog *")
      .filter((element) => getComputedStyle(element).cursor === "pointer" && !element.closest(inside))
      .filter((element) => getComputedStyle(element.parentElement).cursor !== "pointer")
      .map((element) => `takes a click and no key: ${named(element)}`);

  const wide = () => {
    const width = document.documentElement.scrollWidth;
    return width > innerWidth ? [`the page is ${width} pixels wide, and the window ${innerWidth}`] : [];
  };

  const moving = () => document.getAnimations().filter(({ playState }) => playState === "running").map(({ effect }) => `moves: ${named(effect.target)}`);

  const look = (element) => {
    const around = [element, element.nextElementSibling, ...element.children];
    for (let above = element.parentElement; above && above !== document.body; above = above.parentElement) around.push(above);
    return around.filter(Boolean).map((part) => {
      const style = getComputedStyle(part);
      return [style.outlineStyle === "none" ? 0 : style.outlineWidth, style.boxShadow, style.borderColor, style.backgroundColor, style.textDecorationLine, style.stroke, style.strokeWidth].join();
    }).join(";");
  };

  /** What can have the focus, and looks the same with it. A key was pressed before, so that the focus is one of the keyboard's. */
  function unseen() {
    const before = document.activeElement;
    const found = [];
    const stops = all(document.querySelector("dialog[open]") ? STOPS.split(", ").map((stop) => `dialog[open] ${stop}`).join() : STOPS);
    for (const stop of stops.filter((stop) => !stop.disabled)) {
      document.activeElement?.blur();
      const without = look(stop);
      stop.focus({ preventScroll: true });
      if (document.activeElement === stop && look(stop) === without) found.push(`the focus cannot be seen: ${named(stop)}`);
    }
    document.activeElement?.blur();
    before?.focus?.({ preventScroll: true });
    return found;
  }

  /** What had the focus when it was asked for. */
  let before = null;

  /** Where the focus is: in which part of the frame, whether it is in sight, and whether it was there before. */
  function here() {
    const at = document.activeElement;
    const part = at.closest("dialog, .top-bar, .rail, .tab-row, .page, .strip, main");
    const { top, left, bottom, right } = at.getBoundingClientRect();
    const seen = bottom > 0 && right > 0 && top < innerHeight && left < innerWidth;
    const stays = at === before;
    before = at;
    return { stays, name: named(at), part: part?.classList[0] ?? part?.localName ?? at.localName, seen };
  }

  /** The focus is nowhere, and the Tab key begins at the top. */
  function top() {
    document.body.tabIndex = -1;
    document.body.focus();
    document.body.removeAttribute("tabindex");
  }

  return {
    here,
    top,
    async look({ only, focus }) {
      await frame();
      const found = await axe_(only);
      if (!only) found.push(...pictures(), ...unreachable(), ...wide(), ...moving());
      if (focus) found.push(...unseen());
      return found;
    },
  };
})();
