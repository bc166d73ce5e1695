package io.shardjdbc.spring.boot3;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** An application as people write it: nothing in it knows of shards. */
@SpringBootApplication
@RestController
public class Application {

  private final JdbcClient sql;

  Application(JdbcClient sql) {
    this.sql = sql;
  }

  /** A user's name. */
  @GetMapping("/users/{id}")
  @Transactional(readOnly = true)
  public String name(@PathVariable("id") long id) {
    return sql.sql("SELECT name FROM users WHERE user_id = ?")
        .param(id)
        .query(String.class)
        .single();
  }

  /** Names a user. */
  @PutMapping("/users/{id}")
  @Transactional
  public String rename(@PathVariable("id") long id, @RequestBody String name) {
    sql.sql(
            "INSERT INTO users VALUES (?, ?) ON CONFLICT (user_id) DO UPDATE SET name ="
                + " excluded.name")
        .params(id, name)
        .update();
    return name;
  }

  /** How many there are, over all shards. */
  @GetMapping("/users")
  public long count() {
    return sql.sql("SELECT count(*) FROM users").query(Long.class).single();
  }

  /** Starts it. */
  public static void main(String[] arguments) {
    SpringApplication.run(Application.class, arguments);
  }
}
