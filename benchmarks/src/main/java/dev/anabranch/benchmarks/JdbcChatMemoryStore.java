package dev.anabranch.benchmarks;

import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ChatMessageDeserializer;
import dev.langchain4j.data.message.ChatMessageSerializer;
import dev.langchain4j.store.memory.chat.ChatMemoryStore;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;

/**
 * The store that teams write for themselves: one row a conversation, the whole window in it, written anew each time.
 */
final class JdbcChatMemoryStore implements ChatMemoryStore {

    private final DataSource source;

    JdbcChatMemoryStore(DataSource source) throws SQLException {
        this.source = source;
        run("create table if not exists chat_memory (id text primary key, messages text not null)");
    }

    @Override
    public List<ChatMessage> getMessages(Object memoryId) {
        try (Connection connection = source.getConnection();
                PreparedStatement select =
                        connection.prepareStatement("select messages from chat_memory where id = ?")) {
            select.setString(1, memoryId.toString());
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? ChatMessageDeserializer.messagesFromJson(row.getString(1)) : List.of();
            }
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    @Override
    public void updateMessages(Object memoryId, List<ChatMessage> messages) {
        String upsert = "insert into chat_memory (id, messages) values (?, ?)"
                + " on conflict (id) do update set messages = excluded.messages";
        try {
            run(upsert, memoryId.toString(), ChatMessageSerializer.messagesToJson(messages));
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    @Override
    public void deleteMessages(Object memoryId) {
        try {
            run("delete from chat_memory where id = ?", memoryId.toString());
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private void run(String sql, String... parameters) throws SQLException {
        try (Connection connection = source.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setString(i + 1, parameters[i]);
            }
            statement.executeUpdate();
        }
    }
}
