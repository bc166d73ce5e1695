package io.shardjdbc.examples.frameworks;

import jakarta.persistence.CascadeType;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.FetchType;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Inheritance;
import jakarta.persistence.InheritanceType;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.LockModeType;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OrderBy;
import jakarta.persistence.QueryHint;
import jakarta.persistence.Version;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.domain.Page;
import org.springframework.data.domain.Pageable;
import org.springframework.data.domain.Slice;
import org.springframework.data.jpa.repository.EntityGraph;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.JpaSpecificationExecutor;
import org.springframework.data.jpa.repository.Lock;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.jpa.repository.QueryHints;
import org.springframework.data.jpa.repository.config.EnableJpaRepositories;
import org.springframework.data.repository.query.Param;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.orm.jpa.LocalContainerEntityManagerFactoryBean;
import org.springframework.orm.jpa.vendor.HibernateJpaVendorAdapter;
import org.springframework.transaction.annotation.EnableTransactionManagement;

/** People and their posts, as entities and repositories that know nothing of shards. */
final class Forum {

  private Forum() {}

  /** Has an id of the server's. */
  @Entity(name = "Person")
  static class Person {
    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    Long id;

    String name;
    @Version Integer version;

    @OneToMany(mappedBy = "person", cascade = CascadeType.ALL, orphanRemoval = true)
    @OrderBy("id")
    List<Post> posts = new ArrayList<>();

    protected Person() {}

    Person(String name) {
      this.name = name;
    }

    void write(String title, Topic topic) {
      posts.add(new Post(this, title, topic));
    }

    List<String> titles() {
      return posts.stream().map(post -> post.title).toList();
    }

    @Override
    public String toString() {
      return id + " " + name + " v" + version;
    }
  }

  /** Has an id of the server's, and lies where its person does. */
  @Entity(name = "Post")
  static class Post {
    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    Long id;

    @ManyToOne(fetch = FetchType.LAZY, optional = false)
    @JoinColumn(name = "person_id")
    Person person;

    @ManyToOne(fetch = FetchType.LAZY)
    Topic topic;

    String title;
    int likes;
    @Version int version;

    protected Post() {}

    Post(Person person, String title, Topic topic) {
      this.person = person;
      this.title = title;
      this.topic = topic;
    }

    @Override
    public String toString() {
      return id + " " + title + " " + likes + " v" + version;
    }
  }

  /** On every shard. */
  @Entity(name = "Topic")
  static class Topic {
    @Id String code;
    String name;

    protected Topic() {}

    Topic(String code, String name) {
      this.code = code;
      this.name = name;
    }
  }

  /** Of one or two tables. */
  @Entity(name = "Payment")
  @Inheritance(strategy = InheritanceType.JOINED)
  static class Payment {
    @Id Long id;
    int amount = 10;

    protected Payment() {}

    Payment(Long id) {
      this.id = id;
    }

    @Override
    public String toString() {
      return id + " " + amount;
    }
  }

  /** Of two tables. */
  @Entity(name = "CardPayment")
  static class CardPayment extends Payment {
    String card;

    protected CardPayment() {}

    CardPayment(Long id, String card) {
      super(id);
      this.card = card;
    }

    @Override
    public String toString() {
      return super.toString() + " " + card;
    }
  }

  /** People. */
  interface People extends JpaRepository<Person, Long>, JpaSpecificationExecutor<Person> {
    Page<Person> findByNameContaining(String part, Pageable page);

    Slice<Person> findByNameStartingWith(String start, Pageable page);

    List<Person> findByNameIgnoreCaseIn(Collection<String> names);

    boolean existsByName(String name);

    long deleteByName(String name);

    @EntityGraph(attributePaths = "posts")
    Optional<Person> findWithPostsById(Long id);

    @Query("select distinct p from Person p left join fetch p.posts order by p.id")
    List<Person> withPosts();

    Stream<Person> streamAllByOrderByIdDesc();

    @Lock(LockModeType.PESSIMISTIC_WRITE)
    Optional<Person> findLockedById(Long id);

    @Lock(LockModeType.PESSIMISTIC_WRITE)
    @QueryHints(@QueryHint(name = "jakarta.persistence.lock.timeout", value = "-2"))
    Optional<Person> findFirstByNameStartingWith(String start);
  }

  /** Posts. */
  interface Posts extends JpaRepository<Post, Long> {

    /** A part of a post. */
    interface Title {
      String getTitle();
    }

    List<Title> findByTopicCodeOrderById(String code);

    @Modifying
    @Query("update Post p set p.likes = p.likes + 1 where p.id = :id")
    int like(@Param("id") Long id);

    @Modifying
    @Query("update Post p set p.likes = p.likes + 1")
    int likeAll();

    @Lock(LockModeType.PESSIMISTIC_WRITE)
    Optional<Post> findLockedById(Long id);

    @Query(
        "select concat(t.name, ' ', count(p)) from Post p join p.topic t group by t.name"
            + " order by t.name")
    List<String> counts();

    @Query(
        value =
            "select id || '/' || row_number() over (partition by topic_code order by id)"
                + " from post order by id",
        nativeQuery = true)
    List<String> numbered();
  }

  /** What Spring makes of it. */
  @Configuration(proxyBeanMethods = false)
  @EnableJpaRepositories(considerNestedRepositories = true)
  @EnableTransactionManagement
  static class Beans {
    @Bean
    LocalContainerEntityManagerFactoryBean entityManagerFactory(DataSource dataSource) {
      LocalContainerEntityManagerFactoryBean factory = new LocalContainerEntityManagerFactoryBean();
      factory.setDataSource(dataSource);
      factory.setJpaVendorAdapter(new HibernateJpaVendorAdapter());
      factory.setPackagesToScan("io.shardjdbc.examples.frameworks.none");
      factory.setPersistenceUnitPostProcessors(
          unit ->
              List.of(Person.class, Post.class, Topic.class, Payment.class, CardPayment.class)
                  .forEach(entity -> unit.addManagedClassName(entity.getName())));
      factory.setJpaPropertyMap(
          Map.of(
              "hibernate.hbm2ddl.auto",
              "create",
              "hibernate.physical_naming_strategy",
              "org.hibernate.boot.model.naming.CamelCaseToUnderscoresNamingStrategy",
              "hibernate.show_sql",
              "true",
              "hibernate.jdbc.batch_size",
              "10"));
      return factory;
    }

    @Bean
    JpaTransactionManager transactionManager(EntityManagerFactory factory) {
      return new JpaTransactionManager(factory);
    }
  }

  /** A context over a DataSource, which stays open when the context is closed. */
  static ConfigurableApplicationContext open(DataSource dataSource, Class<?> more) {
    AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
    context.registerBean(
        "dataSource", DataSource.class, () -> dataSource, bean -> bean.setDestroyMethodName(""));
    context.register(Beans.class, more);
    context.refresh();
    return context;
  }
}
