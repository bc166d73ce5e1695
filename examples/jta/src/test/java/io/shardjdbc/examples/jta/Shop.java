package io.shardjdbc.examples.jta;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ShardDataSourceBuilder;
import io.shardjdbc.ShardXADataSource;
import jakarta.transaction.Transaction;
import jakarta.transaction.TransactionManager;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import javax.sql.XAConnection;
import org.postgresql.xa.PGXADataSource;

/**
 * Orders of customers on the shards s0 and s1, and payments on a server of their own, which must
 * stand together or not at all.
 */
final class Shop implements AutoCloseable {

  static final List<String> SHARDS = List.of("s0", "s1");
  static final String PAYMENTS = "s2";

  /** Uniqueness that is checked late makes a prepare fail. */
  static final Map<String, String> TABLES =
      Map.of(
          "s0",
          "CREATE TABLE orders (customer bigint, purchase bigint)",
          "s1",
          "CREATE TABLE orders (customer bigint, purchase bigint,"
              + " UNIQUE (purchase, customer) DEFERRABLE INITIALLY DEFERRED)",
          PAYMENTS,
          "CREATE TABLE payments (purchase bigint UNIQUE DEFERRABLE INITIALLY DEFERRED)");

  private final ShardDataSource dataSource;
  private final XAConnection orders;
  private final XAConnection payments;
  private final long[] customers = new long[SHARDS.size()];

  private final Watched.Event atOrders;
  private final Watched.Event atPayments;

  /** The orders are enlisted first, so that they are prepared first and told first. */
  Shop(Map<String, String> urls, Watched.Event atOrders, Watched.Event atPayments)
      throws SQLException {
    ShardDataSourceBuilder builder = ShardDataSource.builder();
    SHARDS.forEach(shard -> builder.shard(shard, urls.get(shard)));
    this.dataSource = builder.tables(tables -> tables.sharded("orders", "customer")).build();
    this.orders = new ShardXADataSource(dataSource).getXAConnection();
    PGXADataSource ledger = new PGXADataSource();
    ledger.setUrl(urls.get(PAYMENTS));
    this.payments = ledger.getXAConnection();
    this.atOrders = atOrders;
    this.atPayments = atPayments;
    for (int i = 0; i < customers.length; i++) {
      while (!dataSource.shardOf("orders", ++customers[i]).name().equals(SHARDS.get(i))) {}
    }
  }

  /** What recovery asks for what they have prepared. */
  List<XAConnection> resources() {
    return List.of(orders, payments);
  }

  /**
   * One order of a customer on each shard, and their payment, in a transaction that is left open.
   */
  void buy(TransactionManager transactions, long purchase) throws Exception {
    transactions.begin();
    Transaction transaction = transactions.getTransaction();
    transaction.enlistResource(new Watched(orders.getXAResource(), atOrders));
    transaction.enlistResource(new Watched(payments.getXAResource(), atPayments));
    order(purchase);
    pay(purchase);
  }

  void order(long purchase) throws SQLException {
    try (Connection connection = orders.getConnection();
        PreparedStatement order = connection.prepareStatement("INSERT INTO orders VALUES (?, ?)")) {
      for (long customer : customers) {
        order.setLong(1, customer);
        order.setLong(2, purchase);
        order.executeUpdate();
      }
    }
  }

  void pay(long purchase) throws SQLException {
    try (Connection connection = payments.getConnection();
        PreparedStatement payment =
            connection.prepareStatement("INSERT INTO payments VALUES (?)")) {
      payment.setLong(1, purchase);
      payment.executeUpdate();
    }
  }

  @Override
  public void close() throws SQLException {
    payments.close();
    orders.close();
    dataSource.close();
  }
}
