package io.shardjdbc.hibernate;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.hibernate.annotations.IdGeneratorType;

/**
 * The id is a Snowflake id, which Hibernate knows before the row is inserted: it can batch.
 *
 * <pre>{@code
 * @Id @SnowflakeGenerated Long id;
 * }</pre>
 *
 * <p>The session's connections are those of a DataSource over shards; another one is refused when
 * an entity is to have its id.
 */
@IdGeneratorType(SnowflakeGenerator.class)
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.FIELD, ElementType.METHOD})
public @interface SnowflakeGenerated {}
