package io.shardjdbc.tests.fault;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.tests.fault.Audit.Entry;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * What the sessions of one process work with: a DataSource, and another by another configuration.
 */
final class Desk implements AutoCloseable {

  /** One account on each shard. */
  final List<Long> accounts = new ArrayList<>();

  final ShardDataSource dataSource;
  final ShardDataSource other;
  final Transfers transfers;
  final Deliveries deliveries;

  /**
   * @param beside by which sagas and relays go on that the first one's have left; it is patient, so
   *     that it is asked first where a machine is slow
   */
  Desk(ShardDataSource dataSource, ShardDataSource other, ShardDataSource beside)
      throws SQLException {
    this.dataSource = dataSource;
    this.other = other;
    for (long account = 1; accounts.size() < 2; account++) {
      String owner = beside.shardOf("ledger", account).name();
      if (owner.equals("s" + accounts.size())) {
        accounts.add(account);
      }
    }
    transfers = new Transfers(dataSource, beside, accounts);
    deliveries = new Deliveries(dataSource, beside);
  }

  /** Runs an operation that nobody meddles with. */
  Entry run(Operation operation, long op, java.util.Random random) {
    Throwable failure = null;
    try {
      if (operation == Operation.SAGA) {
        transfers.run(op, random, Aim.ANYTHING);
      } else {
        try (Connection connection = operation.connect(this)) {
          operation.run(connection, this, op, new Operation.Handle(Whim.draw(random)));
        }
      }
    } catch (Exception e) {
      failure = e;
    } finally {
      boolean ignored = Thread.interrupted();
    }
    return Entry.of(operation, op, failure);
  }

  @Override
  public void close() {
    transfers.close();
    deliveries.close();
    dataSource.close();
    other.close();
  }
}
