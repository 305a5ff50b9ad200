// The documentation's pages: the theme (the same choice as the site's), and the buttons that run a page's programs.
{
  const THEMES = ["system", "light", "dark"];
  const KEY = "dynascope:theme";
  const kept = () => {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null;
    }
  };
  let theme = THEMES.includes(kept()) ? kept() : "system";

  const show = () => {
    document.documentElement.dataset.theme = theme;
    const button = document.querySelector("[data-action=theme]");
    if (button) button.textContent = `Theme: ${theme === "system" ? "as the system" : theme}`;
    for (const sandbox of document.querySelectorAll("dynascope-sandbox")) sandbox.setAttribute("theme", theme);
  };

  const print = (value) => (typeof value === "string" ? value : JSON.stringify(value, null, 2));

  /** Runs a program in its own module and shows what it prints. */
  async function run(snippet) {
    const button = snippet.querySelector("[data-action=run]");
    const printed = snippet.querySelector("[data-part=printed]");
    const lines = [];
    button.disabled = true;
    delete printed.dataset.failed;
    try {
      const { default: program } = await import(new URL(snippet.dataset.snippet, document.baseURI));
      await program({ log: (...values) => lines.push(values.map(print).join(" ")) });
    } catch (error) {
      printed.dataset.failed = "";
      const missing = "The AWS SDK is not part of this build: `cargo xtask dist` adds it.";
      lines.push(error instanceof TypeError && String(error).includes("import") ? missing : String(error));
    }
    printed.textContent = lines.join("\n");
    printed.hidden = false;
    printed.dataset.done = "";
    button.disabled = false;
  }

  show();
  addEventListener("DOMContentLoaded", () => {
    show();
    document.querySelector("[data-action=theme]").addEventListener("click", () => {
      theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
      try {
        localStorage.setItem(KEY, theme);
      } catch {
        // A reader who lets no site keep anything chooses anew on the next page.
      }
      show();
    });
    for (const snippet of document.querySelectorAll("[data-snippet]")) {
      snippet.querySelector("[data-action=run]").addEventListener("click", () => run(snippet));
    }
    document.body.dataset.ready = "";
  });
}
