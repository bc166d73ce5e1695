package io.shardjdbc.examples.frameworks;

import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.dao.DataAccessException;
import org.springframework.data.annotation.Id;
import org.springframework.data.annotation.Version;
import org.springframework.data.domain.Page;
import org.springframework.data.domain.PageRequest;
import org.springframework.data.domain.Pageable;
import org.springframework.data.domain.Sort;
import org.springframework.data.jdbc.repository.config.AbstractJdbcConfiguration;
import org.springframework.data.jdbc.repository.config.EnableJdbcRepositories;
import org.springframework.data.jdbc.repository.query.Modifying;
import org.springframework.data.jdbc.repository.query.Query;
import org.springframework.data.relational.core.mapping.MappedCollection;
import org.springframework.data.relational.core.mapping.Table;
import org.springframework.data.relational.core.sql.LockMode;
import org.springframework.data.relational.repository.Lock;
import org.springframework.data.repository.ListCrudRepository;
import org.springframework.data.repository.ListPagingAndSortingRepository;
import org.springframework.data.repository.query.Param;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcOperations;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Aggregates of Spring Data JDBC, whose ids servers make. */
@Tag("long")
class SpringDataJdbcTest {

  @RegisterExtension
  @Order(1)
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  @RegisterExtension
  @Order(2)
  static final EachWay each =
      new EachWay(
          cluster,
          """
          transactions: two-phase
          tables:
            cart: {key: id}
            line: {key: cart}
          """);

  /** The root. */
  @Table("cart")
  static class Cart {
    @Id Long id;
    String owner;
    @Version int version;

    @MappedCollection(idColumn = "cart")
    Set<Line> lines = new HashSet<>();

    Cart(String owner) {
      this.owner = owner;
    }

    @Override
    public String toString() {
      BigDecimal sum =
          lines.stream().map(line -> line.price).reduce(BigDecimal.ZERO, BigDecimal::add);
      return id + " " + owner + " v" + version + " " + lines.size() + " for " + sum;
    }
  }

  /** A part of it. */
  @Table("line")
  static class Line {
    String article;
    BigDecimal price;

    Line(String article, BigDecimal price) {
      this.article = article;
      this.price = price;
    }
  }

  /** Its repository. */
  interface Carts
      extends ListCrudRepository<Cart, Long>, ListPagingAndSortingRepository<Cart, Long> {
    Page<Cart> findByOwnerStartingWith(String start, Pageable page);

    List<Cart> findByOwnerInOrderByIdDesc(List<String> owners);

    boolean existsByOwner(String owner);

    @Lock(LockMode.PESSIMISTIC_WRITE)
    Optional<Cart> findLockedByOwner(String owner);

    @Modifying
    @Query("UPDATE cart SET owner = upper(owner) WHERE owner LIKE :like")
    int shout(@Param("like") String like);

    @Query("SELECT article || ' ' || sum(price) FROM line GROUP BY article ORDER BY article")
    List<String> sums();
  }

  /** What Spring makes of it. */
  @Configuration
  @EnableJdbcRepositories(considerNestedRepositories = true)
  static class Beans extends AbstractJdbcConfiguration {
    @Bean
    NamedParameterJdbcOperations operations(DataSource dataSource) {
      return new NamedParameterJdbcTemplate(dataSource);
    }

    @Bean
    TransactionManager transactionManager(DataSource dataSource) {
      return new JdbcTransactionManager(dataSource);
    }
  }

  private static void create(DataSource dataSource) {
    JdbcTemplate sql = new JdbcTemplate(dataSource);
    sql.execute("DROP TABLE IF EXISTS line, cart");
    sql.execute("CREATE TABLE cart (id bigserial PRIMARY KEY, owner text, version int)");
    sql.execute(
        "CREATE TABLE line (cart bigint NOT NULL REFERENCES cart, article text, price numeric)");
  }

  @Test
  void aggregatesAreSavedChangedAndDeleted() throws Exception {
    each.same(
        dataSource -> {
          create(dataSource);
          List<String> said = new ArrayList<>();
          try (AnnotationConfigApplicationContext context =
              new AnnotationConfigApplicationContext()) {
            context.registerBean(
                "dataSource", DataSource.class, () -> dataSource, b -> b.setDestroyMethodName(""));
            context.register(Beans.class);
            context.refresh();
            TransactionTemplate transaction =
                new TransactionTemplate(context.getBean(JdbcTransactionManager.class));
            run(context.getBean(Carts.class), transaction, said);
          }
          return said;
        });
  }

  private static void run(Carts carts, TransactionTemplate transaction, List<String> said) {
    List<Cart> all = LongStream.rangeClosed(1, 8).mapToObj(SpringDataJdbcTest::cart).toList();
    said.add("saved " + carts.saveAll(all));
    said.add("page " + page(carts.findByOwnerStartingWith("own", PageRequest.of(1, 3, byId()))));
    said.add("listed " + carts.findByOwnerInOrderByIdDesc(List.of("owner2", "owner5")));
    said.add("there " + carts.existsByOwner("owner8") + carts.existsByOwner("owner9"));
    said.add("sums " + carts.sums());
    transaction.executeWithoutResult(
        status -> {
          Cart cart = carts.findLockedByOwner("owner3").orElseThrow();
          cart.lines.add(new Line("more", new BigDecimal("0.50")));
          said.add("changed " + carts.save(cart));
        });
    Cart stale = carts.findById(4L).orElseThrow();
    carts.save(carts.findById(4L).orElseThrow());
    try {
      carts.save(stale);
    } catch (DataAccessException e) {
      said.add("stale: " + e.getClass().getSimpleName());
    }
    said.add("shouted " + carts.shout("owner%"));
    carts.deleteById(5L);
    carts.deleteAllById(List.of(6L, 7L));
    said.add("left " + carts.findAll(byId()));
    carts.deleteAll();
    said.add("left " + carts.count());
  }

  private static Cart cart(long number) {
    Cart cart = new Cart("owner" + number);
    for (int i = 0; i < number % 3; i++) {
      cart.lines.add(new Line("article" + i, new BigDecimal("1.25")));
    }
    return cart;
  }

  private static Sort byId() {
    return Sort.by("id");
  }

  private static String page(Page<Cart> page) {
    return page.getContent() + " of " + page.getTotalElements();
  }
}
