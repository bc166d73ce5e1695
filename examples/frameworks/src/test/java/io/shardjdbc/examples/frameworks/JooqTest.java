package io.shardjdbc.examples.frameworks;

import static org.jooq.impl.DSL.count;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.rowNumber;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.sum;
import static org.jooq.impl.DSL.table;

import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.SQLDialect;
import org.jooq.Table;
import org.jooq.conf.Settings;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** jOOQ's DSL, with its own transactions and batches. */
class JooqTest {

  private static final Table<Record> CUSTOMER = table(name("customer"));
  private static final Table<Record> PURCHASE = table(name("purchase"));
  private static final Field<Long> ID = field(name("customer", "id"), SQLDataType.BIGINT);
  private static final Field<String> NAME = field(name("customer", "name"), SQLDataType.CLOB);
  private static final Field<String> COUNTRY =
      field(name("customer", "country_code"), SQLDataType.CLOB);
  private static final Field<Long> OWNER =
      field(name("purchase", "customer_id"), SQLDataType.BIGINT);
  private static final Field<Integer> NUMBER =
      field(name("purchase", "number"), SQLDataType.INTEGER);
  private static final Field<BigDecimal> AMOUNT =
      field(name("purchase", "amount"), SQLDataType.NUMERIC(12, 2));

  @RegisterExtension
  @Order(1)
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  @RegisterExtension
  @Order(2)
  static final BothWays both = new BothWays(cluster);

  @BeforeAll
  static void createTables() throws SQLException {
    both.execute(BothWays.SHOP);
  }

  @BeforeEach
  void fill() throws SQLException {
    both.execute("TRUNCATE customer", "TRUNCATE purchase");
  }

  private static void same(BiConsumer<DSLContext, List<String>> program) throws Exception {
    both.same(
        dataSource -> {
          List<String> said = new ArrayList<>();
          program.accept(
              DSL.using(dataSource, SQLDialect.POSTGRES, new Settings().withRenderFormatted(true)),
              said);
          return said;
        });
  }

  private static void fill(DSLContext db, List<String> said) {
    said.add(
        "inserted "
            + db.insertInto(CUSTOMER, ID, NAME, COUNTRY)
                .values(1L, "ann", "de")
                .values(2L, "bob", "fr")
                .values(3L, "cid", "de")
                .execute());
    int[] counts =
        db.batch(db.insertInto(PURCHASE, OWNER, NUMBER, AMOUNT).values((Long) null, null, null))
            .bind(1L, 1, new BigDecimal("5.00"))
            .bind(2L, 1, new BigDecimal("7.25"))
            .bind(3L, 1, new BigDecimal("1.10"))
            .bind(1L, 2, new BigDecimal("9.99"))
            .execute();
    said.add("batch " + counts.length);
  }

  @Test
  void queriesOfManyKinds() throws Exception {
    same(
        (db, said) -> {
          fill(db, said);
          said.add(
              db.select(NAME, AMOUNT)
                  .from(CUSTOMER)
                  .join(PURCHASE)
                  .on(OWNER.eq(ID))
                  .orderBy(AMOUNT.desc(), ID)
                  .limit(3)
                  .fetch()
                  .toString());
          said.add(
              db.select(COUNTRY, count(), sum(AMOUNT))
                  .from(CUSTOMER)
                  .join(PURCHASE)
                  .on(OWNER.eq(ID))
                  .groupBy(COUNTRY)
                  .orderBy(COUNTRY)
                  .fetch()
                  .toString());
          said.add(
              db.select(OWNER, NUMBER)
                  .from(PURCHASE)
                  .orderBy(OWNER, NUMBER)
                  .seek(1L, 1)
                  .limit(2)
                  .fetch()
                  .toString());
          said.add(
              db.select(OWNER, rowNumber().over().partitionBy(OWNER).orderBy(AMOUNT.desc()))
                  .from(PURCHASE)
                  .orderBy(OWNER, AMOUNT)
                  .fetch()
                  .toString());
          said.add(
              db.with("rich")
                  .as(select(OWNER).from(PURCHASE).where(AMOUNT.gt(new BigDecimal(5))))
                  .select(NAME)
                  .from(CUSTOMER)
                  .where(ID.in(select(field(name("rich", "customer_id"), Long.class)).from("rich")))
                  .orderBy(NAME)
                  .fetch(NAME)
                  .toString());
          said.add("count " + db.fetchCount(PURCHASE));
          said.add("exists " + db.fetchExists(PURCHASE, OWNER.eq(2L)));
          said.add(
              "plain " + db.fetchValue("select max(amount) from purchase where number = ?", 1));
        });
  }

  @Test
  void writesThatReturnRows() throws Exception {
    same(
        (db, said) -> {
          fill(db, said);
          for (int i = 0; i < 2; i++) {
            said.add(
                db.insertInto(CUSTOMER, ID, NAME)
                    .values(1L, "anna")
                    .onConflict(field(name("id")))
                    .doUpdate()
                    .set(field(name("name"), String.class), "again")
                    .returning(ID, NAME)
                    .fetch()
                    .toString());
          }
          said.add(
              String.valueOf(
                  db.update(PURCHASE)
                      .set(field(name("amount"), BigDecimal.class), AMOUNT.plus(1))
                      .where(OWNER.eq(1L))
                      .returning(NUMBER, AMOUNT)
                      .fetch()
                      .sortAsc(NUMBER)));
          said.add("deleted " + db.deleteFrom(PURCHASE).where(AMOUNT.lt(BigDecimal.TEN)).execute());
        });
  }

  @Tag("long")
  @Test
  void transactionsAndTheirErrors() throws Exception {
    same(
        (db, said) -> {
          fill(db, said);
          try {
            db.transaction(
                t -> {
                  t.dsl().deleteFrom(PURCHASE).where(OWNER.eq(1L)).execute();
                  t.dsl().insertInto(CUSTOMER, ID, NAME).values(1L, "twice").execute();
                });
          } catch (DataAccessException e) {
            said.add(e.sqlState() + " " + e.sqlStateClass());
          }
          said.add("left " + db.fetchCount(PURCHASE, OWNER.eq(1L)));
          db.transaction(
              t -> {
                t.dsl().deleteFrom(PURCHASE).where(OWNER.eq(1L)).execute();
                try {
                  t.dsl()
                      .transaction(
                          inner -> inner.dsl().insertInto(CUSTOMER, ID).values(1L).execute());
                } catch (DataAccessException e) {
                  said.add("nested " + e.sqlState());
                }
              });
          said.add("left " + db.fetchCount(PURCHASE, OWNER.eq(1L)));
          said.add(
              db.meta().filterTables(t -> t.getName().equals("purchase")).getTables().size() > 0
                  ? "known"
                  : "unknown");
        });
  }
}
