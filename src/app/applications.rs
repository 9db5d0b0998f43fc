//! Applications of businesses, as staff read them: from the database, since nobody else asks.
use super::App;
use super::records::RecordsError;
use crate::catalogue::Application;
use crate::ids::ApplicationId;
use crate::store::ApplicationFilter;

impl App {
    /// The applications that `filter` asks for, the oldest first, at most `limit`.
    pub async fn applications(
        &self,
        filter: ApplicationFilter,
        limit: i64,
    ) -> Result<Vec<Application>, RecordsError> {
        let store = self.store.clone();
        self.recorded(async move {
            let mut reading = store.read_briefly().await?;
            let found = reading.applications(filter, limit).await?;
            reading.close().await?;
            Ok(found)
        })
        .await
    }

    /// The application `id`.
    pub async fn application(&self, id: ApplicationId) -> Result<Option<Application>, RecordsError> {
        let store = self.store.clone();
        self.recorded(async move {
            let mut reading = store.read_briefly().await?;
            let found = reading.application(id).await?;
            reading.close().await?;
            Ok(found)
        })
        .await
    }
}
