// Marks the section that is read in the list of sections.
{
  const links = [...document.querySelectorAll("nav a")];
  const mark = (id) => {
    for (const link of links) {
      const here = link.hash === `#${id}`;
      if (here === link.hasAttribute("aria-current")) continue;
      link.toggleAttribute("aria-current", here);
      if (!here) continue;
      link.setAttribute("aria-current", "true");
      const list = link.closest("ul");
      list.scrollLeft = link.offsetLeft - (list.clientWidth - link.offsetWidth) / 2;
    }
  };
  // A section is read if it covers a line in the upper part of the window.
  const observer = new IntersectionObserver((entries) => {
    for (const entry of entries) if (entry.isIntersecting) mark(entry.target.id);
  }, { rootMargin: "-20% 0px -79% 0px" });
  for (const section of document.querySelectorAll("main > section")) observer.observe(section);
}

// Tells where a table is wider than its place.
{
  const observer = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      const place = target.closest(".scroll");
      place.classList.toggle("wide", place.scrollWidth > place.clientWidth + 1);
    }
  });
  for (const place of document.querySelectorAll(".scroll")) {
    observer.observe(place);
    observer.observe(place.querySelector("table"));
  }
}
