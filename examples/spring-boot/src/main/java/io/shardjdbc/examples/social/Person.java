package io.shardjdbc.examples.social;

import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import org.jspecify.annotations.Nullable;

/** Somebody who writes posts. */
@Entity
class Person {

  @Id
  @GeneratedValue(strategy = GenerationType.SEQUENCE)
  @Nullable Long id;

  String name = "";

  Person() {}

  Person(String name) {
    this.name = name;
  }
}
