package io.shardjdbc.routing.route;

import java.util.List;

/**
 * What a statement looks at that every shard would answer alike.
 *
 * @param ofServer whether it shows something of the server that answers, such as its clock
 * @param ofMoment whether it fixes the moment that its transaction sees, as all but SHOW do
 * @param ofTransaction whether it asks for the id of its transaction
 * @param copies the reference tables that it reads
 */
public record Sight(
    boolean ofServer, boolean ofMoment, boolean ofTransaction, List<List<String>> copies) {

  /** Something of the server that answers. */
  public static final Sight SERVER = new Sight(true, true, false, List.of());

  /** The id of the transaction, which the server has that takes part in it. */
  public static final Sight TRANSACTION = new Sight(true, true, true, List.of());

  /** Constants and settings of the session. */
  public static final Sight NOTHING = new Sight(false, true, false, List.of());

  /** Settings of the session, without looking at any row. */
  public static final Sight SETTINGS = new Sight(false, false, false, List.of());

  public Sight {
    copies = List.copyOf(copies);
  }
}
