package io.shardjdbc.routing.sql.parse;

import io.shardjdbc.routing.sql.Name;
import io.shardjdbc.routing.sql.Span;
import io.shardjdbc.routing.sql.TypeName;
import io.shardjdbc.routing.sql.lex.TokenKind;
import java.util.ArrayList;
import java.util.List;

/** Reads the names of types: {@code Typename} of PostgreSQL's grammar. */
final class TypeParser {

  private final Grammar grammar;
  private final TokenStream in;

  TypeParser(Grammar grammar) {
    this.grammar = grammar;
    this.in = grammar.in;
  }

  /** A type with the brackets of an array behind it. */
  TypeName type() {
    int start = in.start();
    in.accept("setof");
    TypeName type = simple();
    int dimensions = 0;
    if (in.accept("array")) {
      dimensions = 1;
      if (in.accept("[")) {
        integer();
        in.expect("]");
      }
    } else {
      while (in.accept("[")) {
        if (in.kind() == TokenKind.INTEGER) {
          in.advance();
        }
        in.expect("]");
        dimensions++;
      }
    }
    return new TypeName(type.name(), type.modifiers(), dimensions, in.spanFrom(start));
  }

  /** A type without brackets. */
  TypeName simple() {
    int start = in.start();
    String word = in.fixed(0);
    return switch (word) {
      case "interval" -> interval(start);
      case "time", "timestamp" -> time(start);
      case "bit" -> varying("bit", start);
      case "char", "character", "nchar" -> varying("character", start);
      case "national" -> {
        if (!in.isNext(1, "char") && !in.isNext(1, "character")) {
          throw in.unexpected("a type");
        }
        in.advance();
        yield varying("character", start);
      }
      case "double" -> {
        if (in.isNext(1, "precision")) {
          in.skip(2);
          yield of("double precision", List.of(), start);
        }
        yield generic(start);
      }
      case "int", "integer", "smallint", "bigint", "real", "boolean" -> {
        in.advance();
        yield of(word, List.of(), start);
      }
      case "float", "dec", "decimal", "numeric", "varchar" -> {
        in.advance();
        yield of(word, modifiers(), start);
      }
      default -> generic(start);
    };
  }

  private TypeName of(String name, List<String> modifiers, int start) {
    Span span = in.spanFrom(start);
    return new TypeName(new Name(List.of(name), span), modifiers, 0, span);
  }

  private TypeName varying(String name, int start) {
    in.advance();
    String full = in.accept("varying") ? name + " varying" : name;
    return of(full, modifiers(), start);
  }

  private TypeName time(int start) {
    String name = in.take();
    List<String> modifiers = modifiers();
    if (in.atAny("with", "without") && in.isNext(1, "time")) {
      name += " " + in.take() + " time zone";
      in.expect("time");
      in.expect("zone");
    }
    return of(name, modifiers, start);
  }

  private TypeName interval(int start) {
    in.advance();
    List<String> modifiers = new ArrayList<>(modifiers());
    if (modifiers.isEmpty()) {
      intervalFields(modifiers);
    }
    return of("interval", modifiers, start);
  }

  /** {@code DAY TO SECOND(3)} and the like, if it stands here, as modifiers. */
  void intervalFields(List<String> modifiers) {
    if (!isIntervalField(in.fixed(0))) {
      return;
    }
    StringBuilder fields = new StringBuilder(in.take());
    if (in.at("to") && isIntervalField(in.fixed(1))) {
      in.advance();
      fields.append(" to ").append(in.take());
    }
    modifiers.add(fields.toString());
    if (fields.toString().endsWith("second") && in.accept("(")) {
      modifiers.add(integer());
      in.expect(")");
    }
  }

  static boolean isIntervalField(String word) {
    return switch (word) {
      case "year", "month", "day", "hour", "minute", "second" -> true;
      default -> false;
    };
  }

  private TypeName generic(int start) {
    List<String> parts = new ArrayList<>(2);
    boolean function = in.atFunctionName();
    if (!function && !(in.atName() && in.isNext(1, "."))) {
      throw in.unexpected("a type");
    }
    parts.add(in.take());
    while (in.accept(".")) {
      parts.add(in.label());
    }
    Name name = new Name(parts, in.spanFrom(start));
    return new TypeName(name, modifiers(), 0, in.spanFrom(start));
  }

  /** {@code (10, 2)}, if it stands here, as the texts of its elements. */
  private List<String> modifiers() {
    if (!in.accept("(")) {
      return List.of();
    }
    in.nesting.enter(NestingDepth.CLAUSE, in.start());
    List<String> modifiers = new ArrayList<>(2);
    do {
      modifiers.add(grammar.expressions.expression().span().of(in.sql));
    } while (in.accept(","));
    in.expect(")");
    in.nesting.leave(NestingDepth.CLAUSE);
    return modifiers;
  }

  private String integer() {
    if (in.kind() != TokenKind.INTEGER) {
      throw in.unexpected("an integer");
    }
    return in.take();
  }
}
