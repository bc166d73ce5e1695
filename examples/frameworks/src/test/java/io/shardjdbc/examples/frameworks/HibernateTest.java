package io.shardjdbc.examples.frameworks;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import jakarta.persistence.CascadeType;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OrderBy;
import jakarta.persistence.Version;
import java.io.Serializable;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.hibernate.SessionFactory;
import org.hibernate.boot.MetadataSources;
import org.hibernate.boot.registry.StandardServiceRegistryBuilder;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Hibernate, from the creation of its tables to optimistic locks. */
@Tag("long")
class HibernateTest {

  @RegisterExtension
  @Order(1)
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  @RegisterExtension
  @Order(2)
  static final BothWays both = new BothWays(cluster);

  /** A copy of it is on every shard. */
  @Entity(name = "Country")
  static class Country {
    @Id String code;
    String name;

    protected Country() {}
  }

  /** Sharded by its id. */
  @Entity(name = "Customer")
  static class Customer {
    @Id Long id;
    String name;
    @Version int version;

    @ManyToOne(fetch = FetchType.LAZY)
    Country country;

    @OneToMany(mappedBy = "customer", cascade = CascadeType.ALL, orphanRemoval = true)
    @OrderBy("number")
    List<Purchase> purchases = new ArrayList<>();

    protected Customer() {}

    Customer(Long id, String name, Country country) {
      this.id = id;
      this.name = name;
      this.country = country;
    }

    void buy(int number, String amount) {
      purchases.add(new Purchase(this, number, new BigDecimal(amount)));
    }
  }

  /** The identity of a purchase. */
  record PurchaseId(Long customer, int number) implements Serializable {}

  /** Sharded by its customer, whose id is a part of its own. */
  @Entity(name = "Purchase")
  @IdClass(PurchaseId.class)
  static class Purchase {
    @Id
    @ManyToOne(fetch = FetchType.LAZY)
    Customer customer;

    @Id int number;
    BigDecimal amount;
    Instant bought = Instant.parse("2026-01-01T00:00:00Z");

    protected Purchase() {}

    Purchase(Customer customer, int number, BigDecimal amount) {
      this.customer = customer;
      this.number = number;
      this.amount = amount;
    }
  }

  /** Sharded by an identity that the application makes. */
  @Entity(name = "Note")
  static class Note {
    @Id UUID id;
    String text;
    Instant written;

    protected Note() {}

    Note(UUID id, String text) {
      this.id = id;
      this.text = text;
    }
  }

  private static SessionFactory open(DataSource dataSource, Map<String, Object> more) {
    StandardServiceRegistryBuilder registry =
        new StandardServiceRegistryBuilder()
            .applySetting("hibernate.connection.datasource", dataSource)
            .applySetting("hibernate.hbm2ddl.auto", "create-drop")
            .applySetting("hibernate.jdbc.batch_size", "20")
            .applySetting("hibernate.order_inserts", "true")
            .applySettings(more);
    return new MetadataSources(registry.build())
        .addAnnotatedClasses(Country.class, Customer.class, Purchase.class, Note.class)
        .buildMetadata()
        .buildSessionFactory();
  }

  private static final String[] NAMES = {"ann", "bob", "cid", "dan", "eve", "fay", "gus", "hal"};

  /** Countries are written in auto-commit mode, which writes all copies or none. */
  private static void fill(SessionFactory factory, DataSource dataSource) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("INSERT INTO Country VALUES ('de', 'Germany'), ('fr', 'France')");
    }
    for (int i = 0; i < NAMES.length; i++) {
      int n = i;
      factory.inTransaction(
          session -> {
            Country country = session.find(Country.class, n % 2 == 0 ? "de" : "fr");
            Customer customer = new Customer((long) n, NAMES[n], country);
            for (int p = 0; p < n; p++) {
              customer.buy(p, n + "." + p);
            }
            session.persist(customer);
          });
    }
  }

  @Test
  void entitiesLiveOnTheirShards() throws Exception {
    both.same(
        dataSource -> {
          List<String> said = new ArrayList<>();
          try (SessionFactory factory = open(dataSource, Map.of())) {
            fill(factory, dataSource);
            change(factory, said);
            query(factory, said);
            collide(factory, said);
          }
          return said;
        });
  }

  private static void change(SessionFactory factory, List<String> said) {
    factory.inTransaction(
        session -> {
          Customer customer = session.find(Customer.class, 5L);
          said.add(customer.country.name + " " + customer.purchases.size());
          customer.name = "eva";
          customer.purchases.remove(0);
          customer.purchases.get(0).amount = new BigDecimal("99.50");
          customer.buy(70, "7.00");
        });
    factory.inTransaction(
        session -> {
          Customer customer = session.find(Customer.class, 5L);
          said.add(customer.name + " version " + customer.version);
          customer.purchases.forEach(p -> said.add(p.number + ": " + p.amount));
          Purchase one = session.find(Purchase.class, new PurchaseId(7L, 3));
          said.add(one.customer.name + " " + one.amount + " " + one.bought);
          session.remove(session.find(Customer.class, 1L));
        });
    UUID id = new UUID(1, 2);
    factory.inTransaction(session -> session.persist(new Note(id, "first")));
    factory.inTransaction(session -> session.merge(new Note(id, "second")));
    said.add(factory.fromTransaction(session -> session.find(Note.class, id).text));
  }

  private static void query(SessionFactory factory, List<String> said) {
    factory.inTransaction(
        session -> {
          List<Object[]> joined =
              session
                  .createSelectionQuery(
                      "select c.name, p.amount from Purchase p join p.customer c"
                          + " where p.amount > :least order by p.amount desc, c.id, p.number",
                      Object[].class)
                  .setParameter("least", new BigDecimal("3"))
                  .setFirstResult(2)
                  .setMaxResults(5)
                  .getResultList();
          joined.forEach(row -> said.add(row[0] + " " + row[1]));
          said.add(
              session
                  .createSelectionQuery(
                      "select k.name, count(c), max(c.id) from Customer c join c.country k"
                          + " group by k.name order by k.name",
                      Object[].class)
                  .getResultList()
                  .stream()
                  .map(row -> row[0] + " " + row[1] + " " + row[2])
                  .toList()
                  .toString());
          said.add(
              session
                  .createSelectionQuery(
                      "select distinct c from Customer c left join fetch c.purchases"
                          + " where c.id in (:ids) order by c.id",
                      Customer.class)
                  .setParameterList("ids", List.of(0L, 2L, 3L))
                  .getResultList()
                  .stream()
                  .map(c -> c.name + c.purchases.size())
                  .toList()
                  .toString());
          said.add(
              "with purchases: "
                  + session
                      .createSelectionQuery(
                          "select count(c) from Customer c where exists"
                              + " (select 1 from Purchase p where p.customer = c)",
                          Long.class)
                      .getSingleResult());
        });
    said.add(
        "raised "
            + factory.fromTransaction(
                session ->
                    session
                        .createMutationQuery(
                            "update Purchase p set p.amount = p.amount + 1"
                                + " where p.customer.id = :id")
                        .setParameter("id", 6L)
                        .executeUpdate()));
  }

  private static void collide(SessionFactory factory, List<String> said) {
    try {
      factory.inTransaction(
          session -> {
            Customer mine = session.find(Customer.class, 2L);
            factory.inTransaction(other -> other.find(Customer.class, 2L).name = "theirs");
            mine.name = "mine";
          });
    } catch (RuntimeException e) {
      said.add(e.getClass().getSimpleName());
    }
    said.add(factory.fromSession(session -> session.find(Customer.class, 2L).name));
    try {
      factory.inTransaction(session -> session.persist(new Customer(3L, "again", null)));
    } catch (RuntimeException e) {
      said.add(e.getClass().getSimpleName());
    }
  }

  @Test
  void aTransactionOverSeveralShardsIsRefusedByName() {
    try (SessionFactory factory = open(both.shards(), Map.of())) {
      assertThatThrownBy(
              () ->
                  factory.inTransaction(
                      session -> {
                        for (long id = 0; id < 9; id++) {
                          session.persist(new Customer(id, "c", null));
                        }
                      }))
          .hasStackTraceContaining("SJ0601");
    }
  }
}
