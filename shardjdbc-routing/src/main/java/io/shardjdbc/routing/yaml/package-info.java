/**
 * Reads YAML configurations strictly: every fault is one line that says where and why.
 *
 * <p>{@link io.shardjdbc.routing.yaml.Yaml} parses a text into a {@link
 * io.shardjdbc.routing.yaml.YamlMap} of {@link io.shardjdbc.routing.yaml.YamlNode}s, which know
 * their line and path and are read by type: whoever reads a section says which keys it has, and any
 * other is refused with the nearest one as a suggestion. No objects are constructed from tags.
 * {@code ${NAME}} in a value is the environment's, looked up only when the value is read: a router
 * that stands alone needs no passwords.
 *
 * <p>{@link io.shardjdbc.routing.yaml.RoutingYaml} reads the part of the file that says where
 * tables are. The DataSource's configuration reads the rest of the same file.
 */
@NullMarked
package io.shardjdbc.routing.yaml;

import org.jspecify.annotations.NullMarked;
