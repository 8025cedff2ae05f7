/**
 * Users who share a model: whose adapters a row passes through and trains, jointly, alone or in
 * collaboration. Depends on gl and adapter.
 */
package io.github.cola4j.user;
