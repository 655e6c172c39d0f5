// On a phone the places of the editors are wider than the screen: the current one is brought into view.

const places = document.querySelector(".subnav");
const here = places?.querySelector("[aria-current]");

if (here) {
  const box = places.getBoundingClientRect();
  const entry = here.getBoundingClientRect();
  const wanted = places.scrollLeft + entry.left - box.left - (box.width - entry.width) / 2;
  places.scrollLeft = Math.max(0, wanted);
}
