//! The user's sessions, as a list with a button to end each.

use super::frame::action;
use app::ui::button::{ButtonKind, Submit};
use app::ui::timestamp::Moment;
use leptos::either::Either;
use leptos::prelude::*;
use request::account::Device;
use request::routes::ACCOUNT;

#[component]
pub fn Devices(devices: Vec<Device>) -> impl IntoView {
    let others = devices.iter().any(|device| !device.here);
    view! {
        <ul role="list" class="divide-y divide-line rounded-lg border border-line bg-surface">
            {devices.into_iter().map(|device| view! { <Entry device /> }).collect_view()}
        </ul>
        {others
            .then(|| {
                view! {
                    <form method="post" action=action(ACCOUNT, "end_other_devices") class="mt-4 sm:max-w-64">
                        <Submit kind=ButtonKind::Outline>"Sign out all other devices"</Submit>
                    </form>
                }
            })}
    }
}

#[component]
fn Entry(device: Device) -> impl IntoView {
    let name = device.name();
    let label = format!("Sign out {name}");
    let address = device.address.unwrap_or_else(|| "Unknown address".to_owned());
    let way_out = if device.here {
        Either::Left(view! { <p class="rounded-md bg-notice-soft px-2 py-1 text-sm font-medium">"This device"</p> })
    } else {
        Either::Right(view! {
            <form method="post" action=action(ACCOUNT, "end_device") class="max-sm:-mx-3">
                <input type="hidden" name="device" value=device.id.to_string() />
                <Submit kind=ButtonKind::Danger label>
                    "Sign out"
                </Submit>
            </form>
        })
    };
    view! {
        <li class="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 px-4 py-3">
            <div class="min-w-0">
                <h3 class="font-medium">{name}</h3>
                <p class="text-sm text-muted">{address}</p>
                <p class="text-sm text-muted">
                    "Signed in " <Moment at=device.first_seen /> <br /> "Last seen " <Moment at=device.last_seen />
                </p>
            </div>
            {way_out}
        </li>
    }
}
