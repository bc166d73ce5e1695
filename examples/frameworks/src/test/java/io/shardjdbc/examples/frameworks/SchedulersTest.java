package io.shardjdbc.examples.frameworks;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.core.SimpleLock;
import net.javacrumbs.shedlock.provider.jdbctemplate.JdbcTemplateLockProvider;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.quartz.Job;
import org.quartz.JobBuilder;
import org.quartz.JobDetail;
import org.quartz.JobExecutionContext;
import org.quartz.Scheduler;
import org.quartz.TriggerBuilder;
import org.quartz.impl.DirectSchedulerFactory;
import org.quartz.impl.jdbcjobstore.JobStoreTX;
import org.quartz.impl.jdbcjobstore.PostgreSQLDelegate;
import org.quartz.simpl.SimpleThreadPool;
import org.quartz.utils.ConnectionProvider;
import org.quartz.utils.DBConnectionManager;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;

/** Quartz and ShedLock, whose tables live on one shard. */
@Tag("long")
class SchedulersTest {

  @RegisterExtension
  @Order(1)
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  @RegisterExtension
  @Order(2)
  static final EachWay each =
      new EachWay(cluster, "tables: {users: {key: id}, \"*\": {shard: s0}}\n");

  private static CountDownLatch fired = new CountDownLatch(0);

  /** Says that it was run. */
  public static final class Counting implements Job {
    @Override
    public void execute(JobExecutionContext context) {
      fired.countDown();
    }
  }

  /** Lends connections of a DataSource. */
  private record Lending(DataSource dataSource) implements ConnectionProvider {
    @Override
    public java.sql.Connection getConnection() throws SQLException {
      return dataSource.getConnection();
    }

    @Override
    public void shutdown() {}

    @Override
    public void initialize() {}
  }

  private static void createTables(DataSource dataSource) {
    String path = "org/quartz/impl/jdbcjobstore/tables_postgres.sql";
    new ResourceDatabasePopulator(new ClassPathResource(path, Scheduler.class.getClassLoader()))
        .execute(dataSource);
  }

  private static Scheduler scheduler(DataSource dataSource) throws Exception {
    DBConnectionManager.getInstance().addConnectionProvider("shards", new Lending(dataSource));
    JobStoreTX store = new JobStoreTX();
    store.setDataSource("shards");
    store.setTablePrefix("QRTZ_");
    store.setDriverDelegateClass(PostgreSQLDelegate.class.getName());
    store.setIsClustered(true);
    store.setInstanceId("here");
    DirectSchedulerFactory factory = DirectSchedulerFactory.getInstance();
    factory.createScheduler("jobs", "here", new SimpleThreadPool(2, 5), store);
    return factory.getScheduler("jobs");
  }

  @Test
  void jobsAreStoredAndRun() throws Exception {
    each.same(
        dataSource -> {
          createTables(dataSource);
          fired = new CountDownLatch(3);
          Scheduler scheduler = scheduler(dataSource);
          List<String> said = new ArrayList<>();
          try {
            scheduler.start();
            for (int i = 0; i < 3; i++) {
              JobDetail job = JobBuilder.newJob(Counting.class).withIdentity("job" + i).build();
              scheduler.scheduleJob(job, TriggerBuilder.newTrigger().startNow().build());
            }
            JobDetail late = JobBuilder.newJob(Counting.class).withIdentity("late").build();
            Date tomorrow = Date.from(Instant.now().plus(Duration.ofDays(1)));
            scheduler.scheduleJob(late, TriggerBuilder.newTrigger().startAt(tomorrow).build());
            assertThat(fired.await(60, TimeUnit.SECONDS)).as("all have fired").isTrue();
          } finally {
            scheduler.shutdown(true);
          }
          JdbcTemplate sql = new JdbcTemplate(dataSource);
          said.add(sql.queryForList("SELECT job_name FROM qrtz_job_details").toString());
          said.add(sql.queryForList("SELECT trigger_state FROM qrtz_triggers").toString());
          return said;
        });
  }

  @Test
  void aLockIsHeldByOne() throws Exception {
    each.same(
        dataSource -> {
          JdbcTemplate sql = new JdbcTemplate(dataSource);
          sql.execute(
              "CREATE TABLE shedlock (name varchar(64) PRIMARY KEY, lock_until timestamp NOT NULL,"
                  + " locked_at timestamp NOT NULL, locked_by varchar(255) NOT NULL)");
          JdbcTemplateLockProvider locks =
              new JdbcTemplateLockProvider(
                  JdbcTemplateLockProvider.Configuration.builder()
                      .withJdbcTemplate(sql)
                      .usingDbTime()
                      .build());
          LockConfiguration nightly =
              new LockConfiguration(
                  Instant.now(), "nightly", Duration.ofMinutes(5), Duration.ofMillis(0));
          List<String> said = new ArrayList<>();
          Optional<SimpleLock> first = locks.lock(nightly);
          said.add("first " + first.isPresent());
          said.add("second " + locks.lock(nightly).isPresent());
          said.add(
              "extended "
                  + first.orElseThrow().extend(Duration.ofMinutes(1), Duration.ZERO).isPresent());
          return said;
        });
  }
}
