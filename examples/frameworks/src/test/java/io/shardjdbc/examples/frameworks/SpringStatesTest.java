package io.shardjdbc.examples.frameworks;

import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.batch.core.configuration.support.MapJobRegistry;
import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.JobExecution;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.job.parameters.JobParameters;
import org.springframework.batch.core.job.parameters.JobParametersBuilder;
import org.springframework.batch.core.launch.support.TaskExecutorJobOperator;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.repository.support.JdbcJobRepositoryFactoryBean;
import org.springframework.batch.core.step.Step;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.batch.core.step.builder.StepBuilder;
import org.springframework.batch.infrastructure.item.database.JdbcBatchItemWriter;
import org.springframework.batch.infrastructure.item.database.JdbcCursorItemReader;
import org.springframework.batch.infrastructure.item.database.builder.JdbcBatchItemWriterBuilder;
import org.springframework.batch.infrastructure.item.database.builder.JdbcCursorItemReaderBuilder;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.session.FindByIndexNameSessionRepository;
import org.springframework.session.Session;
import org.springframework.session.jdbc.JdbcIndexedSessionRepository;
import org.springframework.transaction.support.TransactionTemplate;

/** Spring Session and Spring Batch: their tables on one shard, what a batch writes on all. */
@Tag("long")
class SpringStatesTest {

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
          tables: {given: {key: id}, made: {key: id}, "*": {shard: s0}}
          """);

  private static void run(DataSource dataSource, String script) {
    new ResourceDatabasePopulator(new ClassPathResource(script)).execute(dataSource);
  }

  @Test
  void sessionsAreKeptAndFound() throws Exception {
    each.same(
        dataSource -> {
          run(dataSource, "org/springframework/session/jdbc/schema-postgresql.sql");
          List<String> said = new ArrayList<>();
          visit(
              new JdbcIndexedSessionRepository(
                  new JdbcTemplate(dataSource),
                  new TransactionTemplate(new JdbcTransactionManager(dataSource))),
              said);
          JdbcTemplate sql = new JdbcTemplate(dataSource);
          said.add(sql.queryForList("SELECT count(*) FROM spring_session_attributes").toString());
          return said;
        });
  }

  private static <S extends Session> void visit(
      FindByIndexNameSessionRepository<S> sessions, List<String> said) {
    S session = sessions.createSession();
    session.setAttribute("cart", "apples");
    session.setAttribute(FindByIndexNameSessionRepository.PRINCIPAL_NAME_INDEX_NAME, "ann");
    sessions.save(session);
    S again = sessions.findById(session.getId());
    again.setAttribute("cart", again.getAttribute("cart") + " and pears");
    again.setAttribute("page", 3);
    again.changeSessionId();
    sessions.save(again);
    said.add("old " + sessions.findById(session.getId()));
    S last = sessions.findById(again.getId());
    said.add("new " + last.getAttribute("cart") + last.getAttribute("page"));
    said.add("hers " + sessions.findByPrincipalName("ann").size());
    last.removeAttribute("page");
    sessions.save(last);
    S other = sessions.createSession();
    sessions.save(other);
    sessions.deleteById(other.getId());
    said.add("gone " + sessions.findById(other.getId()));
  }

  @Test
  void aJobThatFailsGoesOnWhereItWas() throws Exception {
    each.same(
        dataSource -> {
          run(dataSource, "org/springframework/batch/core/schema-postgresql.sql");
          JdbcTemplate sql = new JdbcTemplate(dataSource);
          sql.execute("CREATE TABLE given (id bigint PRIMARY KEY)");
          sql.execute("CREATE TABLE made (id bigint PRIMARY KEY, square bigint)");
          sql.execute("INSERT INTO given SELECT g FROM generate_series(1, 22) g");
          List<String> said = new ArrayList<>();
          AtomicBoolean fails = new AtomicBoolean(true);
          JobRepository jobs = jobs(dataSource);
          Job job = new JobBuilder("squares", jobs).start(step(jobs, dataSource, fails)).build();
          JobParameters day = new JobParametersBuilder().addLong("day", 1L).toJobParameters();
          said.add("first " + execute(jobs, job, day));
          said.add(sql.queryForList("SELECT count(*), max(id) FROM made").toString());
          fails.set(false);
          said.add("second " + execute(jobs, job, day));
          said.add(sql.queryForList("SELECT count(*), sum(square) FROM made").toString());
          return said;
        });
  }

  private static JobRepository jobs(DataSource dataSource) throws Exception {
    JdbcJobRepositoryFactoryBean factory = new JdbcJobRepositoryFactoryBean();
    factory.setDataSource(dataSource);
    factory.setTransactionManager(new JdbcTransactionManager(dataSource));
    factory.afterPropertiesSet();
    return factory.getObject();
  }

  private static Step step(JobRepository jobs, DataSource dataSource, AtomicBoolean fails) {
    JdbcCursorItemReader<Long> reader =
        new JdbcCursorItemReaderBuilder<Long>()
            .name("given")
            .dataSource(dataSource)
            .sql("SELECT id FROM given ORDER BY id")
            .fetchSize(4)
            .rowMapper((row, number) -> row.getLong(1))
            .build();
    JdbcBatchItemWriter<Long> writer =
        new JdbcBatchItemWriterBuilder<Long>()
            .dataSource(dataSource)
            .sql("INSERT INTO made VALUES (?, ?)")
            .itemPreparedStatementSetter(
                (id, statement) -> {
                  statement.setLong(1, id);
                  statement.setLong(2, id * id);
                })
            .build();
    writer.afterPropertiesSet();
    return new StepBuilder("square", jobs)
        .<Long, Long>chunk(5)
        .transactionManager(new JdbcTransactionManager(dataSource))
        .reader(reader)
        .processor(
            id -> {
              if (id == 13 && fails.get()) {
                throw new IllegalStateException("no");
              }
              return id;
            })
        .writer(writer)
        .build();
  }

  private static String execute(JobRepository jobs, Job job, JobParameters day) throws Exception {
    TaskExecutorJobOperator operator = new TaskExecutorJobOperator();
    operator.setJobRepository(jobs);
    operator.setJobRegistry(new MapJobRegistry());
    operator.afterPropertiesSet();
    JobExecution execution = operator.start(job, day);
    StepExecution step = execution.getStepExecutions().iterator().next();
    return execution.getStatus()
        + " read "
        + step.getReadCount()
        + " wrote "
        + step.getWriteCount();
  }
}
