package io.shardjdbc.examples.social;

import org.springframework.data.jpa.repository.JpaRepository;

/** All people. */
interface People extends JpaRepository<Person, Long> {}
