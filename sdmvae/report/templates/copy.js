// Copies the table of all scores, in the order in which it is shown.
{
  const table = document.getElementById("scores");
  const place = document.querySelector(".copying");
  // Unlike textContent, innerText has a space where a title goes on in the next line.
  const text = (element) => element.innerText.replace(/\s+/g, " ").trim();
  const titles = () => [...table.tHead.rows[0].cells].map(text);
  const rows = () => [...table.tBodies[0].rows].map((row) => [...row.cells]);
  const quote = (field) => (/[",\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field);
  const escape = (field) => field
    .replace(/[&%#_]/g, "\\$&").replaceAll("±", "$\\pm$").replaceAll("−", "$-$").replaceAll("–", "--")
    .replaceAll("◆", "$\\blacklozenge$");
  const formats = {
    CSV: () => [titles(), ...rows().map((row) => row.map((cell) => cell.dataset.value ?? ""))]
      .map((row) => row.map(quote).join(",")).join("\n"),
    Markdown: () => [
      titles(), titles().map((_, column) => (column ? "--:" : "---")), ...rows().map((row) => row.map(text)),
    ].map((row) => `| ${row.join(" | ")} |`).join("\n"),
    LaTeX: () => [
      "% needs \\usepackage{booktabs} and \\usepackage{amssymb}",
      `\\begin{tabular}{l${"r".repeat(titles().length - 1)}}`, "\\toprule",
      `${titles().map(escape).join(" & ")} \\\\`, "\\midrule",
      ...rows().map((row) => `${row.map(text).map(escape).join(" & ")} \\\\`),
      "\\bottomrule", "\\end{tabular}",
    ].join("\n"),
  };
  // A page without a secure address has no clipboard of its own.
  const copy = (content) => {
    if (navigator.clipboard) return navigator.clipboard.writeText(content);
    const area = document.body.appendChild(document.createElement("textarea"));
    area.value = content;
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done ? Promise.resolve() : Promise.reject();
  };
  place.hidden = false;
  for (const button of place.querySelectorAll("button")) {
    const { format } = button.dataset;
    button.addEventListener("click", () => copy(`${formats[format]()}\n`).then(
      () => { place.querySelector("output").value = `Copied as ${format}.`; },
      () => { place.querySelector("output").value = "The browser does not allow copying."; },
    ));
  }
}
