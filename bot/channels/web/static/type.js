// The large-type switch in a page's head, remembered for all pages of the house.

// changed(): the page may have to be laid out anew
export function typeSwitch(words, changed) {
  const root = document.documentElement;
  const button = document.getElementById("type");
  const isLarge = () => root.getAttribute("data-type") === "large";
  const set = (large) => {
    root.setAttribute("data-type", large ? "large" : "usual");
    button.firstChild.textContent = large ? words.smaller : words.larger;
    button.setAttribute("aria-label", large ? words.smaller_label : words.larger_label);
  };
  button.onclick = () => {
    const large = !isLarge();
    try {
      localStorage.setItem("minhu.type", large ? "large" : "usual");
    } catch (refused) {
      // A private window forgets; the switch works all the same.
    }
    set(large);
    if (changed) changed();
  };
  set(isLarge());
}
