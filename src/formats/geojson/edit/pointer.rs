//! Where in a document stands what makes no feature.
use crate::features::schema::{self, at, beach_at, notice_at};
use crate::features::{FeatureError, NoticeError, ProfileError};
use crate::ids::Collection;

/// A pointer to the member because of which facts make no feature.
pub(super) fn place_of(cause: &FeatureError, collection: Collection) -> String {
    let of = |number: usize| {
        let field = &schema::fields(collection)[number];
        let group = field.group.map_or_else(String::new, |group| format!("/{group}"));
        format!("/properties{group}/{}", field.member())
    };
    match cause {
        FeatureError::Missing(name) | FeatureError::Profile(ProfileError::Incomplete(name)) => {
            schema::number(collection, name).map_or_else(String::new, of)
        }
        FeatureError::Profile(ProfileError::Heights { .. }) => of(beach_at::HIGH_HEIGHT_M),
        FeatureError::Event(error) => match error.field() {
            "id" => "/id".to_owned(),
            "geometry" => "/geometry".to_owned(),
            name => schema::number(collection, name).map_or_else(String::new, of),
        },
        FeatureError::Promotion(error) => {
            schema::number(collection, error.field()).map_or_else(String::new, of)
        }
        FeatureError::Geometry(_) => "/geometry".to_owned(),
        FeatureError::Status(_) => "/properties/status".to_owned(),
        FeatureError::ImageWithoutText => of(at::IMAGE_ALT),
        FeatureError::Notice(NoticeError::IdWithoutCollection) => of(notice_at::ABOUT_COLLECTION),
        FeatureError::Notice(NoticeError::Id(_)) => of(notice_at::ABOUT_ID),
        FeatureError::Notice(NoticeError::EndsBeforeStart { .. }) => of(notice_at::ENDS_AT),
    }
}
