package io.shardjdbc.examples.frameworks;

import io.shardjdbc.examples.frameworks.Forum.People;
import io.shardjdbc.examples.frameworks.Forum.Person;
import io.shardjdbc.examples.frameworks.Forum.Post;
import io.shardjdbc.examples.frameworks.Forum.Posts;
import io.shardjdbc.examples.frameworks.Forum.Topic;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.dao.DataAccessException;
import org.springframework.data.domain.Example;
import org.springframework.data.domain.Page;
import org.springframework.data.domain.PageRequest;
import org.springframework.data.domain.Pageable;
import org.springframework.data.domain.Sort;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Repositories of Spring Data JPA; ids are made by the server, also where they are no keys. */
class SpringDataJpaTest {

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
            person: {key: id}
            post: {key: person_id, perShard: [post_pkey]}
            topic: {reference: true}
            payment: {key: id}
            card_payment: {key: id}
            "*": {shard: s0}
          """);

  private static final Map<DataSource, ConfigurableApplicationContext> CONTEXTS = new HashMap<>();

  /** What a test does with the repositories of one DataSource. */
  static final class Doings {
    final List<String> said = new ArrayList<>();
    final TransactionTemplate transaction;
    final People people;
    final Posts posts;
    @PersistenceContext EntityManager entities;

    Doings(PlatformTransactionManager manager, People people, Posts posts) {
      this.transaction = new TransactionTemplate(manager);
      this.people = people;
      this.posts = posts;
    }

    void say(String what, Object value) {
      said.add(what + ": " + value);
    }

    void inTransaction(Runnable work) {
      transaction.executeWithoutResult(status -> work.run());
    }

    void fill() {
      inTransaction(
          () -> {
            for (String code : List.of("art", "tea")) {
              entities.persist(new Topic(code, "about " + code));
            }
          });
      inTransaction(
          () -> {
            List<Person> all = new ArrayList<>();
            for (int i = 1; i <= 8; i++) {
              Person person = new Person("person " + i);
              for (int k = 1; k <= i % 3; k++) {
                person.write("title " + k, entities.find(Topic.class, k == 1 ? "art" : "tea"));
              }
              all.add(person);
            }
            say("saved", people.saveAll(all).size());
          });
    }
  }

  private static void same(Consumer<Doings> program) throws Exception {
    each.same(
        dataSource -> {
          Doings doings =
              CONTEXTS
                  .computeIfAbsent(dataSource, way -> Forum.open(way, Doings.class))
                  .getBean(Doings.class);
          new JdbcTemplate(dataSource)
              .execute("TRUNCATE person, post, topic, payment, card_payment RESTART IDENTITY");
          doings.said.clear();
          doings.fill();
          program.accept(doings);
          return List.copyOf(doings.said);
        });
  }

  @AfterAll
  static void close() {
    CONTEXTS.values().forEach(ConfigurableApplicationContext::close);
  }

  @Test
  void queriesOfManyKinds() throws Exception {
    same(
        doings -> {
          People people = doings.people;
          Pageable second = PageRequest.of(1, 3, Sort.by("id").descending());
          Page<Person> page = people.findByNameContaining("person", second);
          doings.say(
              "page", page.getTotalElements() + " " + page.getTotalPages() + page.getContent());
          doings.say("slice", people.findByNameStartingWith("person", second).hasNext());
          doings.say(
              "projection",
              doings.posts.findByTopicCodeOrderById("tea").stream()
                  .map(Posts.Title::getTitle)
                  .toList());
          doings.say("counts", doings.posts.counts());
          doings.say("graph", people.findWithPostsById(2L).orElseThrow().titles());
          doings.say("join fetch", people.withPosts().stream().map(Person::titles).toList());
          doings.say("example", people.count(Example.of(new Person("person 3"))));
          doings.say(
              "specification",
              people.count((root, query, builder) -> builder.gt(root.get("id"), 5L)));
          doings.say("exists", people.existsByName("person 7"));
          doings.say("window", doings.posts.numbered());
          doings.say(
              "pattern", people.findByNameIgnoreCaseIn(List.of("PERSON 1", "PERSON 8")).size());
          doings.inTransaction(
              () -> {
                try (Stream<Person> stream = people.streamAllByOrderByIdDesc()) {
                  doings.say("stream", stream.map(person -> person.id).toList());
                }
              });
        });
  }

  @Test
  void writesOfManyKinds() throws Exception {
    same(
        doings -> {
          People people = doings.people;
          doings.inTransaction(() -> doings.say("liked", doings.posts.like(3L)));
          doings.inTransaction(() -> doings.say("liked all", doings.posts.likeAll()));
          doings.inTransaction(
              () -> {
                Post post = doings.posts.findById(2L).orElseThrow();
                post.title = "changed";
              });
          doings.inTransaction(
              () -> {
                Person person = people.findById(5L).orElseThrow();
                person.posts.remove(0);
                person.write("new", doings.entities.find(Topic.class, "art"));
                person.name = "fifth";
              });
          doings.inTransaction(() -> doings.say("removed", people.deleteByName("person 4")));
          doings.inTransaction(() -> people.deleteById(8L));
          doings.posts.deleteAllInBatch(doings.posts.findAllById(List.of(1L, 6L)));
          doings.inTransaction(() -> doings.entities.find(Topic.class, "tea").name = "on tea");
          doings.say("people", people.findAll(Sort.by("id")));
          doings.say("posts", doings.posts.findAll(Sort.by("id")));
          doings.say(
              "topics",
              doings
                  .entities
                  .createQuery("select t.name from Topic t order by t.code")
                  .getResultList());
        });
  }

  @Test
  void locksAndConflicts() throws Exception {
    same(
        doings -> {
          People people = doings.people;
          doings.inTransaction(() -> doings.say("locked", people.findLockedById(3L)));
          doings.inTransaction(() -> doings.say("locked post", doings.posts.findLockedById(4L)));
          doings.inTransaction(
              () ->
                  doings.say(
                      "skipped to", people.findFirstByNameStartingWith("person").isPresent()));
          Person stale = people.findById(1L).orElseThrow();
          doings.inTransaction(() -> people.findById(1L).orElseThrow().name = "first");
          stale.name = "stale";
          try {
            people.save(stale);
          } catch (DataAccessException e) {
            doings.say("conflict", e.getClass().getSimpleName());
          }
          doings.transaction.executeWithoutResult(
              status -> {
                people.findById(2L).orElseThrow().name = "lost";
                people.flush();
                doings.say(
                    "seen", people.findByNameStartingWith("lost", Pageable.ofSize(1)).getContent());
                status.setRollbackOnly();
              });
          doings.say("people", people.findAll(Sort.by("id")));
        });
  }

  @Tag("long")
  @Test
  void subclassesInTablesOfTheirOwn() throws Exception {
    same(
        doings -> {
          EntityManager entities = doings.entities;
          doings.inTransaction(
              () -> {
                for (long id = 1; id <= 6; id++) {
                  entities.persist(
                      id % 2 == 0 ? new Forum.CardPayment(id, "c" + id) : new Forum.Payment(id));
                }
              });
          doings.inTransaction(
              () ->
                  doings.say(
                      "updated",
                      entities
                          .createQuery(
                              "update CardPayment c set c.amount = c.amount + 5, c.card = 'x' where"
                                  + " c.id > 2")
                          .executeUpdate()));
          doings.inTransaction(
              () ->
                  doings.say(
                      "deleted",
                      entities
                          .createQuery("delete from Payment p where p.id in (1, 4)")
                          .executeUpdate()));
          doings.say(
              "left",
              entities.createQuery("select p from Payment p order by p.id").getResultList());
        });
  }
}
