// A picture of a phone as it stands there: an SVG that holds its elements and its style sheet.

export async function save(phone, dir) {
  const style = await (await fetch("play.css")).text();
  const url = URL.createObjectURL(new Blob([svg(phone, style, dir)], { type: "image/svg+xml" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = `${phone.id}.svg`;
  link.click();
  URL.revokeObjectURL(url);
}

export function svg(phone, style, dir) {
  const { width } = phone.getBoundingClientRect();
  const height = [".title", ".log"].reduce((sum, part) => sum + phone.querySelector(part).scrollHeight, 0);
  const copy = phone.cloneNode(true);
  for (const part of copy.querySelectorAll(".head, .foot, .toast, .reply")) part.remove();
  copy.classList.add("current");
  const body = document.createElement("div");
  body.className = `picture ${phone.parentElement.classList.contains("matrix") ? "matrix" : "telegram"}`;
  body.append(copy);
  const text = new XMLSerializer().serializeToString(body);
  const size = `width="${Math.ceil(width)}" height="${Math.ceil(height)}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} direction="${dir}"><foreignObject ${size}>` +
    `<style xmlns="http://www.w3.org/1999/xhtml"><![CDATA[${style}]]></style>${text}</foreignObject></svg>`;
}
