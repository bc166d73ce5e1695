package io.shardjdbc.routing.plan.number;

import io.shardjdbc.routing.PositionedId;
import io.shardjdbc.routing.catalog.Catalog.Carrier;
import io.shardjdbc.routing.plan.facts.Constants;
import io.shardjdbc.routing.sql.Expr;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns numbers of a sequence into ids that carry the positions of their rows' keys, where the
 * table has such ids. The server of the row reckons with the row's own key.
 *
 * <p>A key that is no value in the text is left alone: written twice, {@code gen_random_uuid()}
 * would be two keys. The server's check then refuses the plain number.
 *
 * @param columns those that the rows give
 * @see PositionedId
 */
record PositionedNumbers(Carrier carrier, List<String> columns) {

  private static final char NUMBER = '\u0001';
  private static final char KEY = '\u0002';

  /** The number of a row, as its id. */
  CountedText id(CountedText number, Expr.Row row) {
    int at = columns.indexOf(carrier.key());
    if (at < 0 || !Constants.isConstant(row.items().get(at))) {
      return number;
    }
    String text = PositionedId.sql(String.valueOf(NUMBER), String.valueOf(KEY), carrier.type());
    int before = text.indexOf(NUMBER);
    int behind = text.indexOf(KEY);
    List<Object> pieces = new ArrayList<>();
    pieces.add(text.substring(0, before));
    pieces.addAll(number.pieces());
    pieces.add(text.substring(before + 1, behind));
    pieces.add(row.items().get(at).span());
    pieces.add(text.substring(behind + 1));
    return new CountedText(pieces);
  }
}
