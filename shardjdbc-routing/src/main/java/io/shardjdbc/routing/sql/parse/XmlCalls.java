package io.shardjdbc.routing.sql.parse;

import io.shardjdbc.routing.sql.Expr;
import java.util.ArrayList;
import java.util.List;

/** Reads the functions of SQL/XML. */
final class XmlCalls {

  private final Grammar grammar;
  private final TokenStream in;

  XmlCalls(Grammar grammar) {
    this.grammar = grammar;
    this.in = grammar.in;
  }

  /** A call; the cursor is at its name, which a parenthesis follows. */
  Expr call() {
    int start = in.start();
    String name = in.take();
    in.expect("(");
    List<Expr> arguments = new ArrayList<>();
    switch (name) {
      case "xmlconcat" -> arguments.addAll(grammar.expressions.list());
      case "xmlforest" -> labelled(arguments);
      case "xmlelement" -> element(arguments);
      case "xmlpi" -> {
        in.expect("name");
        in.label();
        if (in.accept(",")) {
          arguments.add(grammar.expressions.expression());
        }
      }
      case "xmlparse" -> {
        documentOrContent();
        arguments.add(grammar.expressions.expression());
        if (in.accept("preserve") || in.accept("strip")) {
          in.expect("whitespace");
        }
      }
      case "xmlserialize" -> {
        documentOrContent();
        arguments.add(grammar.expressions.expression());
        in.expect("as");
        grammar.types.simple();
        if (in.accept("no")) {
          in.expect("indent");
        } else {
          in.accept("indent");
        }
      }
      case "xmlroot" -> root(arguments);
      case "xmlexists" -> {
        arguments.add(grammar.primaries.primary());
        passing(arguments);
      }
      default -> throw in.unexpected("a function of XML");
    }
    in.expect(")");
    return grammar.calls.special(name, start, arguments);
  }

  private void documentOrContent() {
    if (!in.accept("document")) {
      in.expect("content");
    }
  }

  private void labelled(List<Expr> into) {
    do {
      into.add(grammar.expressions.expression());
      if (in.accept("as")) {
        in.label();
      }
    } while (in.accept(","));
  }

  private void element(List<Expr> arguments) {
    in.expect("name");
    in.label();
    if (in.at(",") && in.isNext(1, "xmlattributes") && in.isNext(2, "(")) {
      in.skip(3);
      labelled(arguments);
      in.expect(")");
    }
    while (in.accept(",")) {
      arguments.add(grammar.expressions.expression());
    }
  }

  private void root(List<Expr> arguments) {
    arguments.add(grammar.expressions.expression());
    in.expect(",");
    in.expect("version");
    if (!in.accept("no", "value")) {
      arguments.add(grammar.expressions.expression());
    }
    if (in.accept(",")) {
      in.expect("standalone");
      if (in.accept("no")) {
        in.accept("value");
      } else {
        in.expect("yes");
      }
    }
  }

  private void passing(List<Expr> arguments) {
    in.expect("passing");
    mechanism();
    arguments.add(grammar.primaries.primary());
    mechanism();
  }

  private void mechanism() {
    if (in.at("by", "ref") || in.at("by", "value")) {
      in.skip(2);
    }
  }

  /** {@code XMLTABLE(...)}. */
  Expr table() {
    int start = in.start();
    in.expect("xmltable");
    in.expect("(");
    List<Expr> arguments = new ArrayList<>();
    if (in.accept("xmlnamespaces", "(")) {
      do {
        boolean isDefault = in.accept("default");
        arguments.add(grammar.expressions.restricted());
        if (!isDefault) {
          in.expect("as");
          in.label();
        }
      } while (in.accept(","));
      in.expect(")");
      in.expect(",");
    }
    arguments.add(grammar.primaries.primary());
    passing(arguments);
    in.expect("columns");
    do {
      column(arguments);
    } while (in.accept(","));
    in.expect(")");
    return grammar.calls.special("xmltable", start, arguments);
  }

  private void column(List<Expr> arguments) {
    in.name();
    if (in.accept("for", "ordinality")) {
      return;
    }
    grammar.types.type();
    while (!in.at(",") && !in.at(")")) {
      if (in.accept("not")) {
        in.expect("null");
      } else if (in.accept("default") || in.accept("path")) {
        arguments.add(grammar.expressions.restricted());
      } else {
        in.expect("null");
      }
    }
  }
}
