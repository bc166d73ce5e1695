package io.shardjdbc.status;

import java.util.List;

/**
 * An HTML document under construction, which is well-formed XML too. Every text is escaped here,
 * and nowhere else.
 */
final class Document {

  private static final String STYLE =
      """
      :root { color-scheme: light dark; }
      body { font: 15px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto;
        padding: 0 1rem; }
      h1 { margin-bottom: 0; }
      h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
      table { border-collapse: collapse; width: 100%; }
      th, td { text-align: left; padding: .25rem .75rem .25rem 0;
        border-bottom: 1px solid #8884; }
      .pictures { display: flex; flex-wrap: wrap; gap: 2rem; }
      figure { margin: 1rem 0; }
      figcaption ul { list-style: none; padding: 0; margin: .5rem 0; }
      .key { display: inline-block; width: .8em; height: .8em; margin-right: .5em; }
      """;

  private final StringBuilder head = new StringBuilder();
  private final StringBuilder pictures = new StringBuilder();
  private final StringBuilder tables = new StringBuilder();

  Document(String title) {
    head.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n<title>")
        .append(escaped(title))
        .append("</title>\n<style>\n")
        .append(STYLE)
        .append("</style>\n</head>\n<body>\n<h1>")
        .append(escaped(title))
        .append("</h1>\n");
  }

  void facts(List<String> facts) {
    head.append("<p>").append(escaped(String.join(" · ", facts))).append("</p>\n");
  }

  void picture(Rings.Ring ring) {
    pictures.append("<figure>\n").append(ring.svg()).append("<figcaption>");
    pictures.append(escaped(ring.title())).append("\n<ul>\n");
    for (Rings.Share share : ring.shares()) {
      pictures
          .append("<li><span class=\"key\" style=\"background:")
          .append(share.colour())
          .append("\"></span>")
          .append(escaped(share.inWords()))
          .append("</li>\n");
    }
    pictures.append("</ul></figcaption>\n</figure>\n");
  }

  void table(StatusTable table) {
    tables.append("<h2>").append(escaped(table.title())).append("</h2>\n");
    if (table.rows().isEmpty()) {
      tables.append("<p>none</p>\n");
      return;
    }
    tables.append("<table>\n");
    row("th", table.columns());
    table.rows().forEach(row -> row("td", row));
    tables.append("</table>\n");
  }

  private void row(String cell, List<String> texts) {
    tables.append("<tr>");
    for (String text : texts) {
      tables.append('<').append(cell).append('>').append(escaped(text));
      tables.append("</").append(cell).append('>');
    }
    tables.append("</tr>\n");
  }

  static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  @Override
  public String toString() {
    return head
        + "<div class=\"pictures\">\n"
        + pictures
        + "</div>\n"
        + tables
        + "</body>\n</html>\n";
  }
}
