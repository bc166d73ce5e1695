package io.shardjdbc.examples.social;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** The application. */
@SpringBootApplication
public class SocialApplication {

  /** For Spring. */
  public SocialApplication() {}

  /** Starts it over the shards that {@code shardjdbc.config} names. */
  public static void main(String[] arguments) {
    SpringApplication.run(SocialApplication.class, arguments);
  }
}
