package io.shardjdbc.session;

import io.shardjdbc.replication.Durability;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** A transaction whose work is undone, to be done again on the same connection. */
public final class StartingOver {

  private StartingOver() {}

  /**
   * Undoes it. What its commit has to wait for was set in the transaction that ends here, so it is
   * set again in the next one.
   */
  public static void of(Held held) throws SQLException {
    @Nullable Durability wanted = held.durability();
    held.rollback();
    held.forgetDurability();
    if (!held.isBroken()) {
      held.require(wanted);
    }
  }
}
