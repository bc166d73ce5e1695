package io.shardjdbc.routing.plan.effects;

import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.Query;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What operators do: those whose sign is none of the server's own are functions of somebody's.
 *
 * <p>A sign that the server has, too, is taken for the server's: which operator of that sign is
 * meant depends on the types of its operands, and {@code %} would be a question about every
 * extension that has one.
 */
public final class Operators {

  /** The signs of {@code pg_operator} of a database without extensions. */
  private static final Set<String> BUILT_IN =
      Set.of(
          ("!! !~ !~* !~~ !~~* # ## #- #> #>> % & && &< &<| &> * *< *<= *<> *= *> "
                  + "*>= + - -> ->> -|- / < <-> << <<= <<| <= <> <@ <^ = > >= >> >>= >^ ? "
                  + "?# ?& ?- ?-| ?| ?|| @ @-@ @> @? @@ @@@ ^ ^@ | |&> |/ |>> || ||/ ~ ~* "
                  + "~<=~ ~<~ ~= ~>=~ ~>~ ~~ ~~*")
              .split(" "));

  /** {@code OPERATOR(schema.sign)}, as it was written. */
  private static final Pattern QUALIFIED =
      Pattern.compile("(?is)operator\\s*\\(.*?([-+*/<>=~!@#%^&|`?]+)\\s*\\)");

  private Operators() {}

  /** The operators of a node itself. */
  public static List<String> of(Node node) {
    if (node instanceof Expr.Operation operation) {
      return List.of(operation.operator());
    }
    if (node instanceof Expr.Chain chain) {
      return chain.operators();
    }
    if (node instanceof Expr.Quantified quantified) {
      return List.of(quantified.operator());
    }
    String using = node instanceof Query.SortItem item ? item.using() : null;
    return using == null ? List.of() : List.of(using);
  }

  /** Of several operators the signs, without schemas. */
  public static List<String> signs(List<String> operators) {
    return switch (operators.size()) {
      case 0 -> List.of();
      case 1 -> List.of(unqualified(operators.get(0)));
      default -> operators.stream().map(Operators::unqualified).toList();
    };
  }

  /** Of several operators the signs that are not the server's own. */
  public static List<String> foreign(List<String> operators) {
    List<String> signs = List.of();
    for (int i = 0; i < operators.size(); i++) {
      String sign = sign(operators.get(i));
      if (sign != null && !signs.contains(sign)) {
        signs = signs.isEmpty() ? new ArrayList<>() : signs; // as most are the server's own
        signs.add(sign);
      }
    }
    return signs;
  }

  private static String unqualified(String operator) {
    String plain = operator;
    if (operator.indexOf('(') > 0) {
      Matcher qualified = QUALIFIED.matcher(operator);
      plain = qualified.matches() ? String.valueOf(qualified.group(1)) : operator;
    }
    return plain.replace("??", "?");
  }

  private static @Nullable String sign(String operator) {
    String sign = unqualified(operator);
    boolean word = Character.isLetter(sign.charAt(0));
    return word || BUILT_IN.contains(sign) ? null : sign;
  }
}
